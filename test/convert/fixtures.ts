import { readFileSync } from 'node:fs'
import path from 'node:path'

import { z } from 'zod'

import { repositoryRoot } from '../repository.js'

/** A file of test/fixtures/checkpoints. */
export function checkpointFixture(name: string): string {
  return path.join(repositoryRoot, 'test', 'fixtures', 'checkpoints', name)
}

const matrix = z.array(z.array(z.number()))
const version = z.object({ features: matrix, scores: matrix })

/** What numpy computes in float64 for the networks of tiny-seed and tiny-head: `scores[prompt][llm]`. */
export const TINY_SCORES = z
  .object({ llms: z.array(z.string()), embeddings: matrix, seed: version, head: version })
  .parse(JSON.parse(readFileSync(checkpointFixture('tiny-scores.json'), 'utf8')))
