import path from 'node:path'

import { repositoryRoot } from '../shared.js'

/** A file of test/fixtures/checkpoints. */
export function checkpointFixture(name: string): string {
  return path.join(repositoryRoot, 'test', 'fixtures', 'checkpoints', name)
}
