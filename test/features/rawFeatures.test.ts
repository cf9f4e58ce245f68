import { expect } from 'chai'
import fc from 'fast-check'

import { RAW_FEATURES, readPrompt } from '../../src/features/rawFeatures.js'

/** White space of which nobody disputes that it is. */
const words = (text: string) => text.split(/[ \n\t]+/).filter((word) => word !== '')

describe('the raw features of words', () => {
  const prompt = fc
    .array(
      fc.oneof(fc.constantFrom('ΟΔΟΣ', 'οδοσ', 'Σ', 'ΣΣ.', 'İx', 'the', 'The', '🙂', ' ', '\n'), fc.string()),
      {
        maxLength: 20,
      },
    )
    .map((parts) => parts.join(' '))
    .filter((text) => !/[^\P{Z} ]|[^\P{Cc}\n]/u.test(text))

  it('lower-cases each word on its own', () => {
    fc.assert(
      fc.property(prompt, (text) => {
        const own = words(text)
        const expected = new Set(own.map((word) => word.toLowerCase())).size / Math.max(own.length, 1)
        expect(RAW_FEATURES.typeTokenRatio(readPrompt(text))).to.equal(expected)
      }),
    )
  })

  it('counts code points', () => {
    fc.assert(
      fc.property(prompt, (text) => {
        const own = words(text)
        const total = own.reduce((sum, word) => sum + Array.from(word).length, 0)
        expect(RAW_FEATURES.averageWordLength(readPrompt(text))).to.equal(total / Math.max(own.length, 1))
      }),
    )
  })
})
