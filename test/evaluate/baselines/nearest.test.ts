import { expect } from 'chai'
import fc from 'fast-check'

import { llmMeans } from '../../../src/evaluate/baselines/llmMeans.js'
import { predictNearest } from '../../../src/evaluate/baselines/nearest.js'
import { matrixOf } from '../../../src/numeric/matrix.js'
import { createRandom } from '../../../src/numeric/random.js'
import { judged } from '../../outcomes/judged.js'

const E = 5
const LLMS = ['a', 'b', 'c']

/** Prompts with outcomes of some of three LLMs, and embeddings of unit length, all drawn from a seed. */
function sample(name: string, prompts: number, seed: number) {
  const random = createRandom(seed)
  // The first prompt has all LLMs, so that both sides know the same ones.
  const rows = Array.from({ length: prompts }, (_, p) => ({
    prompt: `${name}${p}`,
    scores: Object.fromEntries(
      LLMS.filter((_, m) => p === 0 || m === p % 3 || random() < 0.5).map((llm) => [
        llm,
        Math.round(random()),
      ]),
    ),
  }))
  const embeddings = new Float32Array(prompts * E)
  for (let p = 0; p < prompts; p++) {
    const row = Array.from({ length: E }, () => random() - 0.5)
    const length = Math.hypot(...row)
    embeddings.set(
      row.map((value) => value / length),
      p * E,
    )
  }
  return { outcomes: judged(rows).outcomes, embeddings: matrixOf(embeddings, E) }
}

describe('predictNearest', () => {
  it('is the shrunk mean over the nearest prompts that have the LLM', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer(), (prompts, seed) => {
        const [train, test] = [sample('train', prompts, seed), sample('test', 20, seed + 1)]
        const k = 7
        const means = llmMeans(train.outcomes)
        const rowOf = ({ embeddings }: typeof train, p: number) => [
          ...embeddings.data.subarray(p * E, (p + 1) * E),
        ]
        const found = predictNearest(train, test, k)
        test.outcomes.prompt.forEach((p, i) => {
          const mine = rowOf(test, p)
          const cosines = Array.from({ length: prompts }, (_, q) =>
            rowOf(train, q).reduce((sum, value, e) => sum + value * (mine[e] ?? 0), 0),
          )
          const nearest = [...cosines.keys()]
            .sort((x, y) => (cosines[y] ?? 0) - (cosines[x] ?? 0))
            .slice(0, k)
          const m = test.outcomes.llm[i] ?? -1
          const scores = [...train.outcomes.score].filter(
            (_, j) => train.outcomes.llm[j] === m && nearest.includes(train.outcomes.prompt[j] ?? -1),
          )
          const sum = scores.reduce((total, score) => total + score, 0)
          expect(found[i]).to.be.closeTo((sum + 4 * (means[m] ?? NaN)) / (scores.length + 4), 1e-9)
        })
      }),
      { numRuns: 40 },
    )
  })
})
