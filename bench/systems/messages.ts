import { z } from 'zod'

import { llmNames } from './systemUnderTest.js'
import type { SystemUnderTest } from './systemUnderTest.js'

type Messages = Pick<SystemUnderTest, 'path' | 'body' | 'check' | 'answers'>

const SCORES = z.object({ scores: z.record(z.string(), z.array(z.number())) })
const EMBEDDINGS = z.object({ data: z.array(z.object({ embedding: z.array(z.number()).length(384) })) })

/** POST /infer, the request of the original. */
export const scoreMessages: Messages = {
  answers: 'scores',
  path: '/infer',
  body: (prompts, llms) =>
    JSON.stringify({ model: 'dense_network/bench', models_to_score: llmNames(llms), prompts }),
  check: (answer, prompts, llms) => {
    const { scores } = SCORES.parse(JSON.parse(answer))
    expectCount('LLMs', Object.keys(scores).length, llms)
    for (const row of Object.values(scores)) expectCount('scores of an LLM', row.length, prompts)
  },
}

/** POST /embeddings, the request that embedding servers have in common. */
export const embeddingMessages: Messages = {
  answers: 'embeddings',
  path: '/embeddings',
  body: (input) => JSON.stringify({ model: 'all-MiniLM-L6-v2', input }),
  check: (answer, prompts) => {
    expectCount('embeddings', EMBEDDINGS.parse(JSON.parse(answer)).data.length, prompts)
  },
}

function expectCount(what: string, found: number, expected: number): void {
  if (found !== expected) throw new Error(`the answer has ${found} ${what}, expected ${expected}`)
}
