import { expect } from 'chai'
import fc from 'fast-check'

import { openPieces, openTokenizer } from '../../src/tokenizer/tokenizer.js'
import { completeGolden, edgeRows } from '../golden.js'
import { ENCODER_DIRECTORY } from '../savedModels.js'
import type { GoldenRow } from '../golden.js'

const CLS = 101
const SEP = 102
const VOCABULARY_SIZE = 30_522

const tokenizer = await openTokenizer(ENCODER_DIRECTORY)

/** Any string at all, unpaired surrogates and special tokens included. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc
    .array(fc.constantFrom('[CLS]', '[SEP]', '[', ']', 'a', ' ', 'Σ', '\ud800'))
    .map((parts) => parts.join('')),
)

describe('openTokenizer, all-MiniLM-L6-v2', () => {
  const ids = (text: string) => Array.from(tokenizer.encode(text).ids)

  it('reads 256 tokens at most', () => {
    expect(tokenizer.maxTokens).to.equal(256)
  })

  describe('agrees with the ids of LLimit v1', () => {
    for (const row of edgeRows()) it(`${row.id} ${row.tag}`, () => expectSameIds(row))
  })

  // The expected ids were made with the tokenizers library 0.23 for Python.
  const unlikeJavaScript: [string, string, number[]][] = [
    ['keeps a mark that is newer than the tables', 'a\u1acfb', [100]],
    ['does not isolate punctuation newer than the tables', 'a\u061db', [100]],
    ['keeps a format character newer than the tables', 'a\u08e2b', [100]],
    ['isolates an ideograph above U+FFFF', 'x\u{20000}y', [1060, 100, 1061]],
    ['does not isolate the ideographs that the tables miss', 'x\u{2b820}y', [100]],
    ['knows no final sigma', 'ΟΔΟΣ ΟΔΟΣ', [1169, 29722, 29730, 29733, 1169, 29722, 29730, 29733]],
    ['deletes the next-line control', 'a\u0085b', [11113]],
    ['splits at a no-break space', 'a\u00a0b', [1037, 1038]],
    ['deletes a zero-width space', 'a\u200bb', [11113]],
    ['drops the dot of İ, keeps ı and ß', 'İıß', [1045, 11722, 19310]],
    ['isolates punctuation that decomposition brings out', '≠x', [1027, 1060]],
    ['cuts Hangul into its letters', '한', [1469, 30006, 30021]],
    ['takes a special token glued to others', '[CLS][SEP]x', [101, 102, 1060]],
    ['takes a special token in brackets', '[[MASK]]', [1031, 103, 1033]],
    ['takes no special token that only cleaning joins', '[C\0LS]', [1031, 18856, 2015, 1033]],
    ['takes no special token in lower case', '[cls]', [1031, 18856, 2015, 1033]],
    ['reads nothing in white space and controls', ' \t\0\u001f\u2003', []],
  ]
  for (const [what, text, pieces] of unlikeJavaScript) {
    it(what, () => expect(ids(text)).to.deep.equal([CLS, ...pieces, SEP]))
  }

  it('reads an unpaired surrogate as nothing', () => {
    expect(ids('a\ud800b \udc00')).to.deep.equal(ids('ab'))
  })

  it('counts what it leaves out', () => {
    const text = '. '.repeat(100_000)
    const { ids, truncated } = tokenizer.encode(text)
    expect(ids.length).to.equal(256)
    expect(ids[255]).to.equal(SEP)
    expect(resultOf(tokenizer.count(text))).to.equal(100_002)
    expect(truncated).to.be.true
  })

  it('does not call a prompt of just the limit truncated', () => {
    expect(tokenizer.encode('.'.repeat(254))).to.include({ tokens: 256, truncated: false })
    expect(tokenizer.encode('.'.repeat(255))).to.include({ tokens: 257, truncated: true })
  })

  it('gives ids of the vocabulary between [CLS] and [SEP] for any text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { ids, tokens, truncated } = tokenizer.encode(text)
        expect(ids[0]).to.equal(CLS)
        expect(ids.at(-1)).to.equal(SEP)
        expect(ids.length).to.equal(Math.min(tokens, 256))
        expect(truncated).to.equal(tokens > 256)
        expect(ids.every((id) => id >= 0 && id < VOCABULARY_SIZE)).to.be.true
      }),
    )
  })

  it('begins with the same ids whatever follows', () => {
    fc.assert(
      fc.property(anyText, anyText, (text, more) => {
        const alone = ids(text).slice(0, -1)
        expect(ids(`${text} ${more}`).slice(0, alone.length)).to.deep.equal(alone)
      }),
    )
  })
})

describe('a long text', () => {
  const words = fc.constantFrom(
    'word ',
    'née\u0301 ',
    '漢字。',
    '[CLS]',
    '[CL',
    'S]',
    '한국어',
    '\n',
    '😀',
    'a1-b,',
  )
  const longText = fc
    .array(fc.tuple(words, fc.integer({ min: 1, max: 1500 })), { minLength: 1, maxLength: 12 })
    .map((runs) => runs.map(([text, times]) => text.repeat(times)).join(''))

  it('has the ids in steps that it has at once', async () => {
    const reader = await openPieces(ENCODER_DIRECTORY)
    fc.assert(
      fc.property(longText, (text) => {
        const pieces = reader.pieces(text)
        expect(resultOf(reader.piecesInSteps(text))).to.deep.equal(pieces)
        expect(resultOf(tokenizer.count(text))).to.equal(pieces.length + 2)
        const ids = [CLS, ...pieces.slice(0, 254), SEP]
        const truncated = pieces.length > 254
        for (const one of [tokenizer.encode(text), resultOf(tokenizer.encodeInSteps(text))]) {
          expect([...one.ids]).to.deep.equal(ids)
          expect(one.truncated).to.equal(truncated)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('is read no further than the encoder does (fault 6)', () => {
    const { tokens, truncated } = tokenizer.encode('word '.repeat(40_000))
    expect(truncated).to.equal(true)
    expect(tokens).to.be.within(257, 2000)
  })
})

const golden = completeGolden()
if (golden !== undefined) {
  describe('openTokenizer, every prompt of the complete set', () => {
    it('agrees with the ids of LLimit v1', () => golden.forEach(expectSameIds))
  })
}

function resultOf<R>(steps: Generator<void, R>): R {
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
  }
}

function expectSameIds(row: GoldenRow): void {
  const { ids, tokens, truncated } = tokenizer.encode(row.prompt)
  expect(Array.from(ids), row.id).to.deep.equal(row.token_ids)
  expect(resultOf(tokenizer.count(row.prompt)), row.id).to.equal(row.tokens_untruncated)
  if (truncated) expect(tokens, row.id).to.be.greaterThan(256)
  else expect(tokens, row.id).to.equal(row.tokens_untruncated)
  expect(truncated, row.id).to.equal(row.tokens_untruncated > 256)
}
