import type { JudgedCandidate, JudgedCandidates } from '../../../src/evaluate/decisions/judgedChoice.js'
import { createRandom } from '../../../src/numeric/random.js'

const LLMS = [
  { llm: 'cheap', cost: 0.001, ability: 0.4 },
  { llm: 'middle', cost: 0.004, ability: 0.6 },
  { llm: 'costly', cost: 0.02, ability: 0.75 },
]

/** Prompts on which a model knows the outcome nearly, kNN less, and means nothing but the ability. */
export function judgedPrompts(count: number): JudgedCandidates[] {
  const random = createRandom(5)
  return Array.from({ length: count }, () =>
    LLMS.map(({ llm, cost, ability }): JudgedCandidate => {
      const score = random() < ability ? 1 : 0
      const towards = (share: number) => share * score + (1 - share) * ability
      return {
        llm,
        probability: towards(0.6),
        standardError: 0.3,
        cost,
        // Answers are longer or shorter than expected.
        paid: cost * (0.5 + random()),
        score,
        mean: { probability: ability, cost },
        nearest: towards(0.2),
      }
    }),
  )
}
