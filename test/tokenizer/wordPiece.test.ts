import { expect } from 'chai'

import { appendPieces, createWordPieceModel } from '../../src/tokenizer/wordPiece.js'

const UNKNOWN = 0
const vocab = new Map(
  Object.entries({ un: 1, unaff: 2, '##aff': 3, '##able': 4, '##a': 5, '😀': 6, '##😀': 7, a: 8 }),
)
const model = createWordPieceModel(
  { vocab, continuing_subword_prefix: '##', max_input_chars_per_word: 10 },
  UNKNOWN,
)

function pieces(word: string): number[] {
  const ids = [9]
  appendPieces(word, model, ids)
  return ids.slice(1)
}

describe('appendPieces', () => {
  it('takes the longest piece first', () => {
    expect(pieces('unaffable')).to.deep.equal([2, 4])
    expect(pieces('una')).to.deep.equal([1, 5])
  })

  it('makes the whole word unknown where nothing fits the rest', () => {
    expect(pieces('unaffx')).to.deep.equal([UNKNOWN])
    expect(pieces('able')).to.deep.equal([UNKNOWN])
  })

  it('never cuts through a character above U+FFFF', () => {
    expect(pieces('😀😀')).to.deep.equal([6, 7])
    expect(pieces('😀😁')).to.deep.equal([UNKNOWN])
  })

  it('counts the length of a word in code points', () => {
    expect(pieces('😀'.repeat(10))).to.deep.equal([6, ...Array<number>(9).fill(7)])
    expect(pieces('😀'.repeat(11))).to.deep.equal([UNKNOWN])
    expect(pieces('a'.repeat(11))).to.deep.equal([UNKNOWN])
  })
})
