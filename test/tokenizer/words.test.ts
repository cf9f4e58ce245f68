import { expect } from 'chai'
import fc from 'fast-check'

import { createWordSplitter } from '../../src/tokenizer/words.js'
import type { NormalizerSettings, WordCursor } from '../../src/tokenizer/words.js'

const UNCASED = { clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true }

/** Words as `split` finds them, if steps find the same. */
function splitterOf(settings: NormalizerSettings): (text: string) => string[] {
  const words = createWordSplitter(settings)
  return (text) => {
    const steps = words.splitInSteps(text)
    let step = steps.next()
    while (step.done !== true) step = steps.next()
    const whole = wordsOf(words.split(text))
    expect(wordsOf(step.value)).to.deep.equal(whole)
    return whole
  }
}

function wordsOf(cursor: WordCursor): string[] {
  const words: string[] = []
  while (cursor.next()) words.push(cursor.text.slice(cursor.start, cursor.end))
  expect(cursor.next(), 'a word behind the last').to.equal(false)
  return words
}

/** The words of a text by what becomes of each of its characters: joined to its neighbors, or between spaces. */
function wordByWord(text: string, split: (text: string) => string[]): string[] {
  const words: string[] = []
  let isOpen = false
  for (const character of text) {
    const [first = '', ...rest] = split(`x${character}x`)
    const last = rest.pop()
    const inner = last === undefined ? first.slice(1, -1) : ''
    if (last === undefined && inner !== '') {
      words.push((isOpen ? (words.pop() ?? '') : '') + inner)
      isOpen = true
    } else if (last !== undefined) {
      words.push(...rest)
      isOpen = false
    }
  }
  return words
}

describe('createWordSplitter', () => {
  const uncased = splitterOf(UNCASED)

  it('lower-cases and drops accents', () => {
    expect(uncased('Élan ÀÉ\u0301x ＡⅧ')).to.deep.equal(['elan', 'aex', 'ａⅷ'])
  })

  it('makes a word of each punctuation character, but not of a symbol', () => {
    expect(uncased("don't! 5€ 🙂x")).to.deep.equal(['don', "'", 't', '!', '5€', '🙂x'])
  })

  it('makes a word of each ideograph, but not of kana', () => {
    expect(uncased('中文ひら')).to.deep.equal(['中', '文', 'ひら'])
  })

  it('keeps capitals and accents where it is told to', () => {
    const cased = splitterOf({ ...UNCASED, lowercase: false })
    expect(cased('Élan ΟΔΟΣ')).to.deep.equal(['Élan', 'ΟΔΟΣ'])
    const accented = splitterOf({ ...UNCASED, strip_accents: false })
    expect(accented('Élan')).to.deep.equal(['élan'])
  })

  it('keeps ideographs together where it is told to', () => {
    expect(splitterOf({ ...UNCASED, handle_chinese_chars: false })('中文')).to.deep.equal(['中文'])
  })

  it('keeps control characters where it is told to, and splits at those that are white space', () => {
    const unclean = splitterOf({ ...UNCASED, clean_text: false })
    expect(unclean('a\u200bb c\u000bd\u0085e')).to.deep.equal(['a\u200bb', 'c', 'd', 'e'])
  })

  it('reads each character as if it were alone between two letters', () => {
    const ascii = Array.from({ length: 0x80 }, (_, i) => String.fromCharCode(i))
    const others = [
      ...Array.from('éΣσİKß中ひ。—€≠;ﬁ'),
      '\u0301',
      '\u00a0',
      '\u200b',
      '\u3000',
      '🙂',
      '𠀀',
      '\ud83d',
      '\ude00',
    ]
    const sample = fc.oneof(
      fc.string({ unit: fc.constantFrom(...ascii) }),
      fc.string({ unit: fc.constantFrom(...ascii, ...others), maxLength: 40 }),
      fc.string({ unit: 'binary' }),
    )
    for (const lowercase of [true, false]) {
      for (const clean_text of [true, false]) {
        const split = splitterOf({ ...UNCASED, lowercase, clean_text })
        fc.assert(
          fc.property(sample, (text) => {
            expect(split(text)).to.deep.equal(wordByWord(text, split))
          }),
        )
      }
    }
  })

  it('gives words without spaces that it would not change again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const words = uncased(text)
        expect(words.every((word) => word !== '' && !/\s/.test(word))).to.be.true
        expect(uncased(words.join(' '))).to.deep.equal(words)
      }),
    )
  })
})
