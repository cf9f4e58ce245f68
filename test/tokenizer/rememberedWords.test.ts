import { expect } from 'chai'
import fc from 'fast-check'

import { RememberedWords } from '../../src/tokenizer/rememberedWords.js'
import { WordCursor } from '../../src/tokenizer/words.js'

/** Ids that tell words apart. */
const unitsIn = (word: string) => Array.from({ length: word.length }, (_, i) => word.charCodeAt(i))

function idsOf(words: RememberedWords, text: string): number[][] {
  const cursor = new WordCursor(text)
  const ids: number[][] = []
  while (cursor.next()) ids.push([...words.idsAt(cursor)])
  return ids
}

describe('RememberedWords', () => {
  it('gives the pieces of each word, whatever came before', () => {
    const words = new RememberedWords(unitsIn)
    const word = fc.string({
      unit: fc.constantFrom('a', 'b', 'é', '\ud83d', '7'),
      minLength: 1,
      maxLength: 50,
    })
    fc.assert(
      fc.property(fc.array(word), (sample) => {
        expect(idsOf(words, sample.join(' '))).to.deep.equal(sample.map(unitsIn))
      }),
    )
  })

  it('cuts a word once, as long as there is room', () => {
    let cuts = 0
    const words = new RememberedWords((word) => {
      cuts++
      return unitsIn(word)
    })
    for (let i = 0; i < 3; i++) idsOf(words, 'one two, one')
    expect(cuts).to.equal(3)
  })

  it('is emptied when it is full of words, or of long ones', () => {
    for (const [count, length] of [
      [40_000, 6],
      [10_000, 40],
    ] as const) {
      const words = new RememberedWords(unitsIn)
      const sample = Array.from({ length: count }, (_, i) => String(i).padStart(length, 'x'))
      for (let round = 0; round < 2; round++) {
        const ids = idsOf(words, sample.join(' '))
        expect(ids.every((own, i) => String.fromCharCode(...own) === sample[i])).to.equal(true)
      }
    }
  })
})
