import { setImmediate } from 'node:timers/promises'

import { expect } from 'chai'

import { generalLengthsOf } from '../../src/lengths/generalLengths.js'
import { promptParts } from '../../src/lengths/promptPart.js'
import { llmRow, rowsByName } from '../../src/numeric/indices.js'
import { matrixOf } from '../../src/numeric/matrix.js'
import { detailedScores, knownScoresOf } from '../../src/selection/details.js'
import type { Scored } from '../../src/selection/details.js'
import { tinyLengths } from '../lengths/tinyLengths.js'
import { rejection } from '../rejection.js'

const [P, R, E] = [1024, 256, 384]

const NAMES = ['a', ...Array.from({ length: 299 }, (_, m) => `llm ${m}`)]

/** As large as the evidence of a saved model gets. */
const evidence = {
  centroids: matrixOf(new Float32Array(R * E), E),
  placeOf: () => ({ region: 0, familiarity: 0 }),
  categories: undefined,
  successes: undefined,
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

const LENGTHS = tinyLengths(1, { embedding: E, features: 44, counted: NAMES.map(() => 5) })

/** Says of all prompts the same, and takes a while for it. */
const slowLengths = {
  model: LENGTHS.model,
  partOf: () => {
    const until = performance.now() + 0.1
    while (performance.now() < until);
    return promptParts(LENGTHS.model.prompts)(new Float32Array(E + 44))
  },
  general: () => generalLengthsOf(LENGTHS.model, LENGTHS.prior.clusters),
  isMeasured: NAMES.map(() => true),
}

const detailsOf = async (own: Scored) => detailedScores(await knownScoresOf(own))

describe('knownScoresOf', () => {
  it('leaves the event loop to others, a few milliseconds at a time', async () => {
    let [turns, done] = [0, false]
    const ended = knownScoresOf({ ...scored, lengths: slowLengths }).finally(() => (done = true))
    while (!done) {
      await setImmediate()
      turns++
    }
    const { details, prompts } = detailedScores(await ended)
    expect(details.get('a')).to.have.length(P)
    // A thousand prompts of 0.1 ms, in steps of 5 ms.
    expect(turns).to.be.greaterThan(3)
    expect(prompts.slice(255, 258).map(({ tokens }) => tokens)).to.deep.equal([255, 256, 256])
  })

  it('takes no LLM for another one', async () => {
    const strange = await detailsOf({ ...scored, scores: new Map([['b', new Float32Array(P)]]) })
    expect(() => strange.details.get('b')).to.throw(RangeError)
    const beyond = await detailsOf({
      ...scored,
      scores: new Map([['a', new Float32Array(P)]]),
      rows: new Map([['a', llmRow(NAMES.length)]]),
    })
    expect(() => beyond.details.get('a')).to.throw('expected a row from 0 to 299, got 300')
  })

  it('has the expected tokens of an answer by themselves, and none without lengths', async () => {
    const lengths = { ...slowLengths, partOf: promptParts(LENGTHS.model.prompts) }
    const { of } = await knownScoresOf({ ...scored, lengths })
    for (const llm of ['a', 'llm 7']) {
      for (const p of [0, 1, P - 1]) {
        expect(of(llm).expectedTokens(p)).to.be.a('number')
        expect(of(llm).expectedTokens(p)).to.equal(of(llm).outputTokens(p)?.expected)
      }
    }
    expect((await knownScoresOf(scored)).of('a').expectedTokens(0)).to.equal(undefined)
  })

  it('ends when nobody waits any more', async () => {
    const gone = AbortSignal.abort(new Error('gone'))
    expect(await rejection(knownScoresOf({ ...scored, lengths: { ...slowLengths } }, gone))).to.include({
      message: 'gone',
    })
  })
})
