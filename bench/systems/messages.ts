import { z } from 'zod'

import { MODEL_NAME } from './savedModel.js'
import { llmNames } from './systemUnderTest.js'
import type { Asking, SystemUnderTest } from './systemUnderTest.js'

type Messages = Asking & Pick<SystemUnderTest, 'answers'>

/** A saved model, and the names of so many of its LLMs. */
interface Served {
  model: string
  names: (count: number) => string[]
}

/** The saved model that is written for the benchmark. */
const BENCH: Served = { model: MODEL_NAME, names: llmNames }

const SCORES = z.object({ scores: z.record(z.string(), z.array(z.number())) })
const EMBEDDINGS = z.object({ data: z.array(z.object({ embedding: z.array(z.number()).length(384) })) })
const RANKED = z.object({ prompts: z.array(z.object({ ranked: z.array(z.unknown()) })) })
const CHOSEN = z.object({
  answers: z.object({ llm: z.object({ probabilities: z.record(z.string(), z.number()) }) }),
})

/** POST /infer, the request of the original. */
export function scoreMessages({ model, names }: Served = BENCH): Messages {
  return {
    answers: 'scores',
    path: '/infer',
    body: (prompts, llms) => JSON.stringify({ model, models_to_score: names(llms), prompts }),
    check: (answer, prompts, llms) => {
      const { scores } = SCORES.parse(JSON.parse(answer))
      expectCount('LLMs', Object.keys(scores).length, llms)
      for (const row of Object.values(scores)) expectCount('scores of an LLM', row.length, prompts)
    },
  }
}

/** POST /rank, by what a success is worth. */
export function rankMessages({ model, names }: Served): Asking {
  const objective = { type: 'value', dollars: 0.01 }
  return {
    path: '/rank',
    body: (prompts, llms) => JSON.stringify({ model, prompts, candidates: names(llms), objective }),
    check: (answer, prompts, llms) => {
      const rankings = RANKED.parse(JSON.parse(answer)).prompts
      expectCount('rankings', rankings.length, prompts)
      // Of unknown cost, which `value` cannot choose, are left out.
      for (const { ranked } of rankings) expectBetween('ranked LLMs', ranked.length, 1, llms)
    },
  }
}

/** POST /v1/systemone, one question whose labels are the LLMs. */
export function systemOneMessages({ model, names }: Served): Asking {
  return {
    path: '/v1/systemone',
    body: (prompts, llms) => {
      const criteria = Object.fromEntries(names(llms).map((name) => [name, null]))
      return JSON.stringify({
        model,
        state: prompts.join('\n'),
        questions: { llm: { type: 'choice', criteria } },
      })
    },
    check: (answer, _prompts, llms) => {
      const { probabilities } = CHOSEN.parse(JSON.parse(answer)).answers.llm
      expectCount('probabilities', Object.keys(probabilities).length, llms)
    },
  }
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

function expectBetween(what: string, found: number, least: number, most: number): void {
  if (found < least || found > most) {
    throw new Error(`the answer has ${found} ${what}, expected ${least} to ${most}`)
  }
}
