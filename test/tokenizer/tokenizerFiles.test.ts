import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { expect } from 'chai'

import { LLimitError } from '../../src/errors.js'
import { openTokenizer } from '../../src/tokenizer/tokenizer.js'
import { rejection } from '../rejection.js'

const TOKENIZER = {
  added_tokens: [
    { id: 0, content: '[UNK]', single_word: false, normalized: false },
    { id: 1, content: '[CLS]', single_word: false, normalized: false },
    { id: 2, content: '[SEP]', single_word: false, normalized: false },
  ],
  normalizer: {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: false,
  },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [{ SpecialToken: { id: '[CLS]' } }, { Sequence: { id: 'A' } }, { SpecialToken: { id: '[SEP]' } }],
  },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: { '[UNK]': 0, '[CLS]': 1, '[SEP]': 2, A: 3, a: 4, '##b': 5, '[': 6, ']': 7, CLS: 8 },
  },
}

describe('the files of a tokenizer', () => {
  let directory: string

  beforeEach(async () => {
    directory = await mkdtemp(path.join(os.tmpdir(), 'tokenizer-'))
    await write('tokenizer.json', TOKENIZER)
    await write('config.json', { max_position_embeddings: 512 })
  })

  afterEach(() => rm(directory, { recursive: true }))

  const write = (name: string, content: unknown) =>
    writeFile(path.join(directory, name), JSON.stringify(content))

  const encode = async (text: string) => Array.from((await openTokenizer(directory)).encode(text).ids)

  const failure = async (): Promise<LLimitError> => {
    const error = await rejection(openTokenizer(directory))
    if (!(error instanceof LLimitError)) throw error
    expect(error.code).to.equal('MODEL_BROKEN')
    expect(error.message).not.to.contain(directory)
    return error
  }

  it('take the length limit from sentence_bert_config.json', async () => {
    await write('sentence_bert_config.json', { max_seq_length: 128 })
    expect((await openTokenizer(directory)).maxTokens).to.equal(128)
  })

  it('take it from config.json where sentence_bert_config.json is missing or leaves it open', async () => {
    expect((await openTokenizer(directory)).maxTokens).to.equal(512)
    await write('sentence_bert_config.json', { max_seq_length: null })
    expect((await openTokenizer(directory)).maxTokens).to.equal(512)
  })

  it('fault 14: take it from tokenizer_config.json where sentence-transformers says nothing of it', async () => {
    await write('tokenizer_config.json', { model_max_length: 256 })
    expect((await openTokenizer(directory)).maxTokens).to.equal(256)
    await write('sentence_bert_config.json', { transformer_task: 'feature-extraction' })
    expect((await openTokenizer(directory)).maxTokens).to.equal(256)
    await write('tokenizer_config.json', { model_max_length: 1e30 })
    expect((await openTokenizer(directory)).maxTokens).to.equal(512)
    await write('sentence_bert_config.json', { max_seq_length: 100 })
    expect((await openTokenizer(directory)).maxTokens).to.equal(100)
  })

  it('never allow more tokens than the encoder has positions', async () => {
    await write('sentence_bert_config.json', { max_seq_length: 1024 })
    expect((await openTokenizer(directory)).maxTokens).to.equal(512)
  })

  it('may be of a tokenizer that keeps capitals', async () => {
    expect(await encode('A a ab Ab')).to.deep.equal([1, 3, 4, 4, 5, 3, 5, 2])
  })

  it('take no special token that only cleaning joins, in a tokenizer that keeps capitals', async () => {
    expect(await encode('[C\0LS]')).to.deep.equal([1, 6, 8, 7, 2])
    expect(await encode('[CLS]')).to.deep.equal([1, 1, 2])
  })

  it('may ask for lower case before anything else is done', async () => {
    await write('sentence_bert_config.json', { do_lower_case: true })
    expect(await encode('A Ab')).to.deep.equal([1, 4, 4, 5, 2])
  })

  it('may name [CLS] and [SEP] in the older notation', async () => {
    const processor = { type: 'BertProcessing', cls: ['[CLS]', 1], sep: ['[SEP]', 2] }
    await write('tokenizer.json', { ...TOKENIZER, post_processor: processor })
    expect(await encode('a')).to.deep.equal([1, 4, 2])
  })

  it('must be there', async () => {
    await rm(path.join(directory, 'config.json'))
    expect((await failure()).message).to.equal('config.json of the encoder: expected a file, found none')
  })

  it('must be JSON', async () => {
    await writeFile(path.join(directory, 'tokenizer.json'), '{"model":')
    expect((await failure()).message).to.match(/^tokenizer\.json of the encoder: expected JSON: /)
  })

  it('must be of a BERT-like tokenizer', async () => {
    await write('tokenizer.json', { ...TOKENIZER, normalizer: { type: 'Precompiled' } })
    expect((await failure()).message).to.equal(
      'tokenizer.json of the encoder: normalizer: expected BertNormalizer, Lowercase, StripAccents, NFC, NFD, NFKC, NFKD, ' +
        'Strip, or a Sequence of them, got an object',
    )
  })

  for (const [shown, wrong] of [
    ['-1', -1],
    ['1.5', 1.5],
    ['"2"', '2'],
    ['null', null],
  ] as const) {
    it(`must give every piece an id, not ${shown}`, async () => {
      const vocab = { ...TOKENIZER.model.vocab, odd: wrong }
      await write('tokenizer.json', { ...TOKENIZER, model: { ...TOKENIZER.model, vocab } })
      expect((await failure()).message).to.equal(
        'tokenizer.json of the encoder: model.vocab.odd: expected an id, an integer of at least 0, ' +
          `got ${shown}`,
      )
    })
  }

  it('must have a vocabulary by piece, not a list', async () => {
    await write('tokenizer.json', { ...TOKENIZER, model: { ...TOKENIZER.model, vocab: ['a'] } })
    expect((await failure()).message).to.contain('model.vocab: expected an object')
  })

  it('must know the special tokens', async () => {
    await write('tokenizer.json', { ...TOKENIZER, model: { ...TOKENIZER.model, unk_token: '<unk>' } })
    expect((await failure()).message).to.contain('<unk>')
  })

  const lower = { ...TOKENIZER, normalizer: { ...TOKENIZER.normalizer, lowercase: true } }
  const template = TOKENIZER.post_processor
  const contradictions: [string, string, unknown, RegExp][] = [
    ['truncation from the left', 'tokenizer_config.json', { truncation_side: 'left' }, /truncation_side: /],
    [
      'truncation from the left in the older place',
      'tokenizer.json',
      { ...TOKENIZER, truncation: { direction: 'Left', max_length: 8 } },
      /truncation\.direction: /,
    ],
    [
      'capitals that tokenizer_config.json lower-cases',
      'tokenizer_config.json',
      { do_lower_case: true },
      /do_lower_case: expected false, as normalizer\.lowercase of tokenizer\.json says, got true/,
    ],
    [
      'another id of [CLS]',
      'tokenizer.json',
      { ...TOKENIZER, post_processor: { ...template, special_tokens: { '[CLS]': { ids: [2] } } } },
      /special_tokens\.\[CLS\]: expected its id in model\.vocab, 1, got 2/,
    ],
    [
      'a text of the second token type',
      'tokenizer.json',
      {
        ...TOKENIZER,
        post_processor: {
          ...template,
          single: [template.single[0], { Sequence: { id: 'A', type_id: 1 } }, template.single[2]],
        },
      },
      /single\[1\]\.Sequence\.type_id: /,
    ],
  ]
  for (const [title, file, content, message] of contradictions) {
    it(`fault 16: are rejected for ${title}`, async () => {
      await write(file, content)
      expect((await failure()).message).to.match(message)
    })
  }

  it('may say the same twice, or be of a tokenizer that nothing overrules', async () => {
    await write('tokenizer.json', { ...lower, truncation: { direction: 'Right' } })
    await write('tokenizer_config.json', {
      do_lower_case: true,
      strip_accents: null,
      truncation_side: 'right',
    })
    expect(await encode('Ab')).to.deep.equal([1, 4, 5, 2])
    await write('tokenizer_config.json', { do_lower_case: false, tokenizer_class: 'PreTrainedTokenizerFast' })
    expect(await encode('Ab')).to.deep.equal([1, 4, 5, 2])
  })
})
