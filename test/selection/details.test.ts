import { setImmediate } from 'node:timers/promises'

import { expect } from 'chai'

import { llmRow, rowsByName } from '../../src/numeric/indices.js'
import { matrixOf } from '../../src/numeric/matrix.js'
import { detailsOf } from '../../src/selection/details.js'
import { rejection } from '../rejection.js'

const [P, R, E] = [1024, 256, 384]

const NAMES = ['a', ...Array.from({ length: 299 }, (_, m) => `llm ${m}`)]

/** As large as the evidence of a saved model gets. */
const evidence = {
  placeOf: () => ({ region: 0, familiarity: 0 }),
  categories: undefined,
  outcomes: matrixOf(new Float32Array(NAMES.length * R).fill(4), R),
  level: undefined,
  interval: { level: 0.9, base: 0.3, sparse: 1, unfamiliar: 1 },
  deviations: 1.64,
}
const embedded = Array.from({ length: P }, (_, p) => ({
  vector: Float32Array.from({ length: E }, (_, i) => Math.cos(i * p)),
  tokens: p,
  truncated: p > 256,
}))
const scored = {
  scores: new Map(NAMES.map((name) => [name, new Float32Array(P).fill(0.5)])),
  rows: rowsByName(NAMES),
  embedded,
  evidence,
  places: embedded.map(() => ({ region: 3, familiarity: 0.5 })),
  features: embedded.map(() => new Float32Array(44)),
  lengths: undefined,
  maxTokens: 256,
}

describe('detailsOf', () => {
  it('leaves the event loop to others, a few milliseconds at a time', async () => {
    let [turns, done] = [0, false]
    const ended = detailsOf(scored).finally(() => (done = true))
    while (!done) {
      await setImmediate()
      turns++
    }
    const { details, prompts } = await ended
    expect(details.get('a')).to.have.length(P)
    // 300,000 intervals, in steps of 5 ms; no machine does them in two.
    expect(turns).to.be.greaterThan(3)
    expect(prompts.slice(255, 258).map(({ tokens }) => tokens)).to.deep.equal([255, 256, 256])
  })

  it('takes no LLM for another one', async () => {
    const strange = { ...scored, scores: new Map([['b', new Float32Array(P)]]) }
    expect(await rejection(detailsOf(strange))).to.be.instanceOf(RangeError)
    const beyond = {
      ...scored,
      scores: new Map([['a', new Float32Array(P)]]),
      rows: new Map([['a', llmRow(NAMES.length)]]),
    }
    expect(await rejection(detailsOf(beyond))).to.include({
      message: 'expected a row from 0 to 299, got 300',
    })
  })

  it('ends when nobody waits any more', async () => {
    expect(await rejection(detailsOf(scored, AbortSignal.abort(new Error('gone'))))).to.include({
      message: 'gone',
    })
  })
})
