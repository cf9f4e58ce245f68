import { expect } from 'chai'

import { llmRow } from '../../src/numeric/indices.js'
import { matrixOf } from '../../src/numeric/matrix.js'
import { averageOf, explain } from '../../src/selection/explain.js'

const EVIDENCE = {
  // Three regions in two dimensions; the last is of no category.
  centroids: matrixOf(Float32Array.of(1, 0, 0, 1, -1, 0), 2),
  categories: ['code', 'verse', ''],
  outcomes: matrixOf(Float32Array.of(4, 0, 9, 8, 2, 9), 3),
  placeOf: () => ({ region: 0, familiarity: 1 }),
  level: undefined,
  interval: { level: 0.9, base: 1, sparse: 1, unfamiliar: 1 },
  deviations: 1.6,
}
const SUCCESSES = matrixOf(Float32Array.of(3, 0, 9, 2, 1.5, 9), 3)

const network = {
  score: ({ llms }: { llms: Int32Array }) => Promise.resolve(new Float32Array(llms.length * 128).fill(0.5)),
}

async function kindsWith(successes: typeof SUCCESSES | undefined) {
  const evidence = { ...EVIDENCE, successes }
  const llms = ['a', 'b'].map((llm, m) => ({ llm, row: llmRow(m), leveled: 0.5, probability: 0.5 }))
  const prompt = { vector: Float32Array.of(3, 4), features: new Float32Array(100), llms }
  const { kinds } = await explain(prompt, { network, evidence, average: averageOf(evidence) }, undefined)
  return kinds
}

describe('explain', () => {
  it('says how often each LLM has succeeded on the nearest kinds, if it was judged there', async () => {
    const [verse, code, ...others] = await kindsWith(SUCCESSES)
    expect(others).to.deep.equal([])
    expect(verse?.similarity).to.be.closeTo(0.8, 1e-6)
    expect(verse).to.deep.include({
      category: 'verse',
      outcomes: { a: 0, b: 2 },
      success_rate: { b: 0.75 },
    })
    expect(code).to.deep.include({
      category: 'code',
      outcomes: { a: 4, b: 8 },
      success_rate: { a: 0.75, b: 0.25 },
    })
  })

  it('counts only, for a saved model that does not keep the scores', async () => {
    const kinds = await kindsWith(undefined)
    expect(kinds.map(({ outcomes }) => outcomes)).to.deep.equal([
      { a: 0, b: 2 },
      { a: 4, b: 8 },
    ])
    for (const kind of kinds) expect(kind).to.not.have.property('success_rate')
  })
})
