import { expect } from 'chai'

import { evaluate } from '../../src/evaluate/evaluate.js'
import { JOINT_METRIC_NAMES, measureJoint } from '../../src/evaluate/joint.js'
import { tablesOf } from '../../src/evaluate/table.js'
import { at } from '../../src/numeric/at.js'
import { createRandom, gaussian } from '../../src/numeric/random.js'
import { judged } from '../outcomes/judged.js'
import { averageOver } from '../calibration/directIntegral.js'

const LOGITS = [-2, -1, 0, 0.5, 1, 2]
const logistic = (z: number) => 1 / (1 + Math.exp(-z))

/** Prompts whose LLMs share a difficulty of a deviation, and the probabilities that leave it out. */
function draw(deviation: number) {
  const random = createRandom(5)
  const { outcomes } = judged(
    Array.from({ length: 400 }, (_, p) => {
      const t = gaussian(random)
      const scores = LOGITS.map(
        (a, i) => [`llm ${i}`, random() < logistic(a - deviation * t) ? 1 : 0] as const,
      )
      return { prompt: `p${p}`, scores: Object.fromEntries(scores) }
    }),
  )
  const marginals = LOGITS.map((a) => averageOver((t) => logistic(a - deviation * t)))
  return { outcomes, predictions: Float64Array.from(outcomes.llm, (llm) => at(marginals, llm)) }
}

describe('measureJoint', () => {
  const options = { seed: 1, resamples: 200 }

  it('shows what a shared difficulty is worth', () => {
    const { outcomes, predictions } = draw(2)
    const { prompts, deviation, systems } = measureJoint(outcomes, predictions, 2, options)
    expect({ prompts, deviation }).to.deep.equal({ prompts: 400, deviation: 2 })
    const [shared, independent] = systems
    expect(systems.map(({ name }) => name)).to.deep.equal(['shared difficulty', 'independence'])
    expect(shared?.metrics.failureEce?.value).to.be.lessThan(0.04)
    expect(independent?.metrics.failureEce?.value).to.be.greaterThan(0.1)
    for (const metric of JOINT_METRIC_NAMES) {
      expect(independent?.difference[metric]?.low, metric).to.be.greaterThan(0)
    }
    expect(shared?.difference).to.deep.equal({})
  })

  it('shows what it costs if there is none', () => {
    const { outcomes, predictions } = draw(0)
    const [, independent] = measureJoint(outcomes, predictions, 2, options).systems
    for (const metric of JOINT_METRIC_NAMES) {
      expect(independent?.difference[metric]?.high, metric).to.be.lessThan(0)
    }
  })

  it('is part of an evaluation whose first system has a shared difficulty, and of its tables', () => {
    const { outcomes, predictions } = draw(2)
    const systems = [{ type: 'predictor', name: 'model', predictions } as const]
    const evaluation = evaluate(outcomes, systems, { ...options, deviation: 2 })
    expect(evaluation.joint).to.deep.equal(measureJoint(outcomes, predictions, 2, options))
    const lines = tablesOf(evaluation).join('\n')
    expect(lines).to.include('400 prompts, difficulty of deviation 2.00')
    const [number, sign] = [String.raw`\d\.\d{3}`, String.raw`[+-]\d\.\d{3}`]
    expect(lines).to.match(
      RegExp(`^shared difficulty +${number} \\(${number} to ${number}\\)( +${number} ±${number}){2}$`, 'm'),
    )
    expect(lines).to.match(
      RegExp(
        `^difference of independence +${sign} \\(${sign} to ${sign}\\)\\*( +${sign} ±${number}\\*){2}$`,
        'm',
      ),
    )
    const without = evaluate(outcomes, systems, options)
    expect(without).to.not.have.any.keys('joint')
    expect(tablesOf(without).join('\n')).to.not.include('deviation')
  })
})
