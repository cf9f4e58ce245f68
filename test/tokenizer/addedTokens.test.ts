import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { expect } from 'chai'

import { openTokenizer } from '../../src/tokenizer/tokenizer.js'
import { TINY_TOKENIZER } from '../encoder/static/tinyStatic.js'

const VOCAB = ['[UNK]', '[CLS]', '[SEP]', 'A', 'a', '##b', 'b', 'cafe', 'café', 'CAFE', '.', 'fi', 'ß', '_']

const special = (content: string, id: number) => ({ id, content, single_word: false, normalized: false })
const BERT = TINY_TOKENIZER.normalizer

/** Texts with what the tokenizers library (0.23.3) makes of them, [CLS] and [SEP] left out. */
const TEXTS = [
  'a New York b new york, NEW YORK',
  'Caf\u00e9 cafe CAF\u00c9',
  'ab aab ab. _ab ab_ (ab) ab\u00e9',
  'A b a b',
  '\ufb01 \u00df\u200b\u0001 A',
  'a.a a . a',
  '  ab \t ab\u3000',
  'aab a aa',
]

/** Title, added tokens, normalizer, ids of each text. */
const CASES: [string, object[], object | null, string][] = [
  [
    'a token in normalized text',
    [{ id: 14, content: 'New York', single_word: false, normalized: true }],
    BERT,
    '4 14 6 14 0 14 | 7 7 7 | 4 5 0 4 5 10 13 4 5 4 5 13 0 4 5 0 0 | 4 6 4 6 | 0 12 4 | 4 10 4 4 10 4 | 4 5 4 5 | 0 4 0',
  ],
  [
    'one with an accent',
    [{ id: 14, content: 'Caf\u00e9', single_word: false, normalized: true }],
    BERT,
    '4 0 0 6 0 0 0 0 0 | 14 14 14 | 4 5 0 4 5 10 13 4 5 4 5 13 0 4 5 0 0 | 4 6 4 6 | 0 12 4 | 4 10 4 4 10 4 | 4 5 4 5 | 0 4 0',
  ],
  [
    'one in the text as it is',
    [{ id: 14, content: 'New York', single_word: false, normalized: false }],
    BERT,
    '4 14 6 0 0 0 0 0 | 7 7 7 | 4 5 0 4 5 10 13 4 5 4 5 13 0 4 5 0 0 | 4 6 4 6 | 0 12 4 | 4 10 4 4 10 4 | 4 5 4 5 | 0 4 0',
  ],
  [
    'one that is a word of its own',
    [{ id: 14, content: 'ab', single_word: true, normalized: false }],
    BERT,
    '4 0 0 6 0 0 0 0 0 | 7 7 7 | 14 0 14 10 13 4 5 4 5 13 0 14 0 0 | 4 6 4 6 | 0 12 4 | 4 10 4 4 10 4 | 14 14 | 0 4 0',
  ],
  [
    'such a one in normalized text',
    [{ id: 14, content: 'ab', single_word: true, normalized: true }],
    BERT,
    '4 0 0 6 0 0 0 0 0 | 7 7 7 | 14 0 14 10 13 4 5 4 5 13 0 14 0 0 | 4 6 4 6 | 0 12 4 | 4 10 4 4 10 4 | 14 14 | 0 4 0',
  ],
  [
    'two that overlap',
    [
      { id: 14, content: 'aa', single_word: true, normalized: false },
      { id: 15, content: 'aab', single_word: false, normalized: true },
    ],
    BERT,
    '4 0 0 6 0 0 0 0 0 | 7 7 7 | 4 5 15 4 5 10 13 4 5 4 5 13 0 4 5 0 0 | 4 6 4 6 | 0 12 4 | 4 10 4 4 10 4 | 4 5 4 5 | 15 4 14',
  ],
  [
    'lower case alone',
    [],
    { type: 'Lowercase' },
    '4 0 0 6 0 0 0 0 0 | 8 7 8 | 4 5 0 4 5 10 13 4 5 4 5 13 0 4 5 0 0 | 4 6 4 6 | 0 0 4 | 4 10 4 4 10 4 | 4 5 4 5 | 0 4 0',
  ],
  [
    'a sequence',
    [],
    { type: 'Sequence', normalizers: [{ type: 'NFD' }, { type: 'Lowercase' }, { type: 'StripAccents' }] },
    '4 0 0 6 0 0 0 0 0 | 7 7 7 | 4 5 0 4 5 10 13 4 5 4 5 13 0 4 5 0 0 | 4 6 4 6 | 0 0 4 | 4 10 4 4 10 4 | 4 5 4 5 | 0 4 0',
  ],
  [
    'a sequence that ends in that of BERT',
    [],
    {
      type: 'Sequence',
      normalizers: [
        { type: 'NFKC' },
        {
          type: 'BertNormalizer',
          clean_text: true,
          handle_chinese_chars: true,
          strip_accents: null,
          lowercase: true,
        },
      ],
    },
    '4 0 0 6 0 0 0 0 0 | 7 7 7 | 4 5 0 4 5 10 13 4 5 4 5 13 0 4 5 0 0 | 4 6 4 6 | 11 12 4 | 4 10 4 4 10 4 | 4 5 4 5 | 0 4 0',
  ],
  [
    'a sequence that strips',
    [{ id: 14, content: 'ab', single_word: false, normalized: true }],
    {
      type: 'Sequence',
      normalizers: [{ type: 'Strip', strip_left: true, strip_right: true }, { type: 'Lowercase' }],
    },
    '4 0 0 6 0 0 0 0 0 | 8 7 8 | 14 4 14 14 10 13 14 14 13 0 14 0 14 0 | 4 6 4 6 | 0 0 4 | 4 10 4 4 10 4 | 14 14 | 4 14 4 0',
  ],
  [
    'capitals that stay',
    [{ id: 14, content: 'A b', single_word: false, normalized: true }],
    {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: false,
    },
    '4 0 0 6 0 0 0 0 0 | 0 7 0 | 4 5 0 4 5 10 13 4 5 4 5 13 0 4 5 0 0 | 14 4 6 | 0 12 3 | 4 10 4 4 10 4 | 4 5 4 5 | 0 4 0',
  ],
  [
    'no normalizer',
    [{ id: 14, content: 'a.a', single_word: false, normalized: true }],
    null,
    '4 0 0 6 0 0 0 0 0 | 0 7 0 | 4 5 0 4 5 10 13 4 5 4 5 13 0 4 5 0 0 | 3 6 4 6 | 0 0 3 | 14 4 10 4 | 4 5 4 5 | 0 4 0',
  ],
]

describe('fault 20: added tokens and normalizers as they are published', () => {
  let directory: string
  before(async () => {
    directory = await mkdtemp(path.join(os.tmpdir(), 'llimit-added-'))
    await writeFile(path.join(directory, 'config.json'), '{"max_position_embeddings": 512}')
  })
  after(() => rm(directory, { recursive: true }))

  for (const [title, added, normalizer, expected] of CASES) {
    it(`gives the ids of the library for ${title}`, async () => {
      const file = {
        ...TINY_TOKENIZER,
        added_tokens: [special('[UNK]', 0), special('[CLS]', 1), special('[SEP]', 2), ...added],
        normalizer,
        model: {
          ...TINY_TOKENIZER.model,
          vocab: Object.fromEntries(VOCAB.map((piece, id) => [piece, id])),
        },
      }
      await writeFile(path.join(directory, 'tokenizer.json'), JSON.stringify(file))
      const tokenizer = await openTokenizer(directory)
      const ids = TEXTS.map((text) => Array.from(tokenizer.encode(text).ids).slice(1, -1).join(' '))
      expect(ids.join(' | ')).to.equal(expected)
    })
  }
})
