import { join } from 'node:path'

import { repositoryRoot } from '../shared.js'

/** A file of test/fixtures/checkpoints. */
export function checkpointFixture(name: string): string {
  return join(repositoryRoot, 'test', 'fixtures', 'checkpoints', name)
}
