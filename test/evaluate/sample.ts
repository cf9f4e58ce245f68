import type { System } from '../../src/evaluate/system.js'
import { ORACLE, RANDOM } from '../../src/evaluate/system.js'
import { createRandom } from '../../src/numeric/random.js'
import type { Outcomes } from '../../src/outcomes/outcomes.js'
import { judged } from '../outcomes/judged.js'

/** 90 prompts of two sources and four categories, on which `strong` succeeds more often than `weak` and `middle`. */
export function sampleOutcomes(): Outcomes {
  const random = createRandom(11)
  const draw = (chance: number) => (random() < chance ? 1 : 0)
  return judged(
    Array.from({ length: 90 }, (_, p) => ({
      prompt: `p${p}`,
      scores: { strong: draw(0.9), weak: draw(0.2), ...(p < 60 ? { middle: draw(0.5) } : {}) },
      source: p < 50 ? 'first' : 'second',
      category: p < 40 ? 'code' : p < 80 ? 'math' : p < 85 ? 'rare' : 'rarer',
    })),
  ).outcomes
}

/** One that knows nearly everything, one that knows nothing but which LLM is which, one by lots, one that knows all. */
export function sampleSystems({ llms, llm, score }: Outcomes): System[] {
  const chances = new Map([
    ['strong', 0.9],
    ['middle', 0.5],
    ['weak', 0.2],
  ])
  return [
    { name: 'seer', predicts: score.map((value) => 0.1 + 0.8 * value), note: 'peeks' },
    { name: 'means', predicts: Float64Array.from(llm, (m) => chances.get(llms[m] ?? '') ?? NaN) },
    RANDOM,
    ORACLE,
  ]
}
