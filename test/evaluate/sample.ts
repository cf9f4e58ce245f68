import type { System } from '../../src/evaluate/system.js'
import { ORACLE, RANDOM } from '../../src/evaluate/system.js'
import { at, valueAt } from '../../src/numeric/at.js'
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

/** One that knows nearly everything, one that knows only which LLM is which, random routing, and one that knows all. */
export function sampleSystems({ llms, llm, score }: Outcomes): System[] {
  const chances = new Map([
    ['strong', 0.9],
    ['middle', 0.5],
    ['weak', 0.2],
  ])
  return [
    { type: 'predictor', name: 'seer', predictions: score.map((value) => 0.1 + 0.8 * value), note: 'peeks' },
    {
      type: 'predictor',
      name: 'means',
      predictions: Float64Array.from(llm, (m) => valueAt(chances, at(llms, m))),
    },
    RANDOM,
    ORACLE,
  ]
}
