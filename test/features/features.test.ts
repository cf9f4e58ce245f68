import { expect } from 'chai'
import fc from 'fast-check'

import type { FeatureScaler } from '../../src/card.js'
import { extractFeatures, featureCount, featureSteps } from '../../src/features/features.js'
import { readPrompt } from '../../src/features/rawFeatures.js'
import { rawV2Features } from '../../src/features/v2.js'
import { GOLDEN_HEAD_SCALER, completeGolden, edgeRows } from '../golden.js'
import type { GoldenRow } from '../golden.js'

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.array(fc.constantFrom('write', ' and ', '1.', '?', 'Σ', 'meaning ', '\n', '(')).map((p) => p.join('')),
)

const anyNumber = fc.option(fc.double({ noNaN: true }))
const column = fc.array(anyNumber, { minLength: 26, maxLength: 26 })
const anyScaler: fc.Arbitrary<FeatureScaler> = fc.record({ mean: column, scale: column })

const v2 = (prompt: string, scaler: FeatureScaler) => extractFeatures(prompt, { version: 'v2', scaler })

describe('extractFeatures', () => {
  describe('agrees with LLimit v1', () => {
    for (const row of edgeRows()) it(`${row.id} ${row.tag}`, () => expectSameFeatures(row))
  })

  it('gives as many values as featureCount says', () => {
    expect(extractFeatures('', { version: 'v1' })).to.have.length(45)
    expect(v2('', GOLDEN_HEAD_SCALER)).to.have.length(44)
    expect([featureCount('v1'), featureCount('v2')]).to.deep.equal([45, 44])
  })

  it('gives finite values for any prompt and any scaler', () => {
    fc.assert(
      fc.property(anyText, anyScaler, (prompt, scaler) => {
        const values = [...extractFeatures(prompt, { version: 'v1' }), ...v2(prompt, scaler)]
        expect(values.every(Number.isFinite)).to.be.true
      }),
    )
  })

  it('takes a feature as absent that the scaler has never seen, and leaves the others', () => {
    const [science, philosophical] = [8, 16]
    const scaler = structuredClone(GOLDEN_HEAD_SCALER)
    scaler.mean[philosophical] = null
    scaler.scale[philosophical] = null
    const before = v2('the meaning of physics', GOLDEN_HEAD_SCALER)
    const after = v2('the meaning of physics', scaler)
    expect(before[philosophical]).to.be.greaterThan(0)
    expect(after[philosophical]).to.equal(-1)
    expect(after[science]).to.equal(before[science])
  })

  it('gives the same in steps', () => {
    fc.assert(
      fc.property(anyText, anyScaler, (prompt, scaler) => {
        for (const spec of [{ version: 'v1' }, { version: 'v2', scaler }] as const) {
          const steps = featureSteps(prompt, spec)
          let step = steps.next()
          while (step.done !== true) step = steps.next()
          expect(step.value).to.deep.equal(extractFeatures(prompt, spec))
        }
      }),
    )
  })

  it('measures a long prompt of one character', () => {
    const length = 200_000
    for (const character of [' ', '1', '.', '?', 'a', 'Σ', '😀', '`']) {
      const values = extractFeatures(character.repeat(length), { version: 'v1' })
      expect(values[10], character).to.equal(length)
    }
  })
})

const golden = completeGolden()
if (golden !== undefined) {
  describe('extractFeatures, every prompt of the complete set', () => {
    it('agrees with LLimit v1', () => golden.forEach(expectSameFeatures))
  })
}

function expectSameFeatures(row: GoldenRow): void {
  expect(Array.from(extractFeatures(row.prompt, { version: 'v1' })), row.id).to.deep.equal(
    row.seed_features.map(Math.fround),
  )
  const raw = rawV2Features(readPrompt(row.prompt))
  expect(Array.from(raw.numeric), row.id).to.deep.equal(row.head_raw_numeric.map(Math.fround))
  expect(Array.from(raw.booleans), row.id).to.deep.equal(row.head_boolean)

  const scaled = v2(row.prompt, GOLDEN_HEAD_SCALER)
  expect(scaled).to.have.length(row.head_features_golden_head_scaler.length)
  row.head_features_golden_head_scaler.forEach((expected, i) => {
    // The logarithms and exponentials of LLimit v1 are a few float32 steps off the exact ones.
    const tolerance = Math.max(2e-6, 2e-5 * Math.abs(expected))
    expect(scaled[i], `${row.id} feature ${i}`).to.be.closeTo(expected, tolerance)
  })
}
