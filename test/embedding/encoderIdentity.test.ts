import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { expect } from 'chai'

import { bytesOfEmbedding } from '../../src/embedding/cache/embedding.js'
import { PromptCache } from '../../src/embedding/cache/promptCache.js'
import { EncoderFactsCache } from '../../src/embedding/encoderFacts.js'
import { Encoders } from '../../src/embedding/encoders.js'
import { createLogger } from '../../src/log.js'
import { TINY_TOKENIZER, writePublishedStatic, writeTinyStatic } from '../encoder/static/tinyStatic.js'
import { writeTinyBert } from '../encoder/tinyBert.js'
import { rejection } from '../rejection.js'

/** JSON as a test changes it. */
type Json = Record<string, unknown>

describe('fault 16: the identity of an encoder', () => {
  let root: string
  let encoders: Encoders
  const facts = new EncoderFactsCache()
  const directoryOf = (name: string) => path.join(root, 'encoders', name)

  /** A copy of an encoder, with one file changed. */
  const install = async (
    name: string,
    from: string,
    file?: string,
    change: (json: Json) => unknown = (json) => json,
  ) => {
    await cp(from, directoryOf(name), { recursive: true })
    if (file === undefined) return directoryOf(name)
    const target = path.join(directoryOf(name), file)
    const before = JSON.parse(await readFile(target, 'utf8').catch(() => '{}')) as Json
    await writeFile(target, JSON.stringify(change(before), undefined, 3))
    return directoryOf(name)
  }
  const identityOf = async (directory: string) => (await facts.of(directory)).identity
  let bert: string

  before(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'llimit-identity-'))
    await mkdir(path.join(root, 'encoders'))
    encoders = new Encoders({
      roots: [root],
      enginePreference: { engine: 'cpu', precision: 'fp32' },
      cache: new PromptCache({ maxBytes: 0, bytesOf: bytesOfEmbedding }),
      limits: { tokens: 1000, queuedTokens: 1000, requests: 512 },
      log: createLogger('error', { silent: true }),
    })
    const directory = await writeTinyBert()
    await writeFile(path.join(directory, 'tokenizer.json'), JSON.stringify(TINY_TOKENIZER))
    bert = await install('bert', directory)
  })
  after(async () => {
    await encoders.close()
    await rm(root, { recursive: true })
  })

  it('stays what it is when files are written in another way', async () => {
    const same = [
      await install('spaced', bert, 'config.json'),
      await install('untruncated', bert, 'tokenizer.json', (json) => ({
        ...json,
        truncation: null,
        version: '1.0',
      })),
      await install('current', bert, '1_Pooling/config.json', () => ({ pooling_mode: 'mean' })),
    ]
    const found = await Promise.all([bert, ...same].map(identityOf))
    expect(new Set(found).size).to.equal(1)
  })

  it('changes with everything that a vector rests on', async () => {
    const lower = (json: Json) => ({
      ...json,
      normalizer: { ...(json['normalizer'] as Json), lowercase: false },
    })
    const others = [
      await install('cls', bert, '1_Pooling/config.json', () => ({ pooling_mode: 'cls' })),
      await install('cased', bert, 'tokenizer.json', lower),
      await install('short', bert, 'sentence_bert_config.json', () => ({ max_seq_length: 16 })),
      await install('lowered', bert, 'sentence_bert_config.json', () => ({ do_lower_case: true })),
      await install('bounded', bert, 'tokenizer_config.json', () => ({ model_max_length: 20 })),
      await install('asking', bert, 'config_sentence_transformers.json', () => ({
        prompts: { q: 'q: ' },
        default_prompt_name: 'q',
      })),
      await install('precise', bert, 'config.json', (json) => ({ ...json, layer_norm_eps: 1e-5 })),
      await install('plain', bert, 'modules.json', (json) => (json as unknown as Json[]).slice(0, 2)),
    ]
    const found = await Promise.all([bert, ...others].map(identityOf))
    expect(new Set(found).size).to.equal(1 + others.length)
    expect(new Set(await Promise.all(others.map(async (one) => (await facts.of(one)).sha256))).size).to.equal(
      1,
    )
  })

  it('is held to the card, if the card names it', async () => {
    const { sha256, dimension, identity } = await facts.of(bert)
    const card = (name: string, change = {}) => ({ encoder: { name, sha256, dimension, ...change } })
    expect(await encoders.forCard(card('bert', { identity }))).to.include({ identity, dimension })
    expect(await encoders.forCard(card('cls'))).to.include({ dimension })
    const error = await rejection(encoders.forCard(card('cls', { identity })))
    expect(error).to.include({ code: 'MODEL_BROKEN' })
    expect(String(error)).to.match(
      /the same weights and another pooling, prompt, tokenizer or limit; install the one of the card/,
    )
    expect(await encoders.problemOf(card('cls', { identity }))).to.match(/another pooling/)
    expect(await encoders.problemOf(card('bert', { identity }))).to.equal(undefined)
  })

  it('is that of a static encoder, and of two together, too', async () => {
    const first = await install('first', await writeTinyStatic())
    const asking = await install('second', first, 'config_sentence_transformers.json', () => ({
      prompts: { q: 'a ' },
      default_prompt_name: 'q',
    }))
    const published = await install('published', await writePublishedStatic(true))
    const found = await Promise.all([first, asking, published].map(identityOf))
    expect(new Set(found).size).to.equal(3)
    const [joined, swapped] = [await encoders.get('first+second'), await encoders.get('second+first')]
    expect(joined.identity).not.to.equal(swapped.identity)
    const card = {
      encoder: {
        name: 'first+second',
        dimension: joined.dimension,
        sha256: joined.sha256,
        identity: swapped.identity,
      },
    }
    expect(await rejection(encoders.check(card))).to.include({ code: 'MODEL_BROKEN' })
  })

  it('fault 15: puts the default prompt before every text', async () => {
    for (const [plain, asking, prompt] of [
      ['bert', 'asking-bert', 'the cat '],
      ['first', 'asking-first', 'dog of '],
    ] as const) {
      await install(asking, directoryOf(plain), 'config_sentence_transformers.json', () => ({
        prompts: { q: prompt },
        default_prompt_name: 'q',
      }))
      const [found] = await (await encoders.get(asking)).embed(['a dog'])
      const [expected] = await (await encoders.get(plain)).embed([`${prompt}a dog`])
      expect(Array.from(found?.vector ?? [])).to.deep.equal(Array.from(expected?.vector ?? []))
    }
  })

  it('fault 17: refuses a tokenizer with an id that the weights do not have', async () => {
    const vocab = { ...TINY_TOKENIZER.model.vocab, beyond: 40 }
    await install('beyond', bert, 'tokenizer.json', (json) => ({
      ...json,
      model: { ...TINY_TOKENIZER.model, vocab },
    }))
    const added = [
      ...TINY_TOKENIZER.added_tokens,
      { id: 41, content: '<new>', single_word: false, normalized: false },
    ]
    await install('added', bert, 'tokenizer.json', (json) => ({ ...json, added_tokens: added }))
    // In front of every prompt.
    const cls = { type: 'BertProcessing', cls: ['[CLS]', 42], sep: ['[SEP]', 2] }
    await install('special', bert, 'tokenizer.json', (json) => ({ ...json, post_processor: cls }))
    for (const [name, id] of [
      ['beyond', 40],
      ['added', 41],
      ['special', 42],
    ] as const) {
      const error = await rejection(encoders.get(name))
      expect(error).to.include({ code: 'MODEL_BROKEN' })
      expect(String(error)).to.contain(`expected ids below vocab_size 40 of config.json, got ${id}`)
    }
  })

  it('fault 18: remembers what does not open, until a file changes', async () => {
    const directory = await install('late', bert)
    const weights = path.join(directory, 'model.safetensors')
    const bytes = await readFile(weights)
    await writeFile(weights, bytes.subarray(0, 5000))
    const { sha256, dimension } = await facts.of(directory)
    const card = { encoder: { name: 'late', sha256, dimension } }
    const first = await rejection(encoders.get('late'))
    expect(first).to.include({ code: 'MODEL_BROKEN' })
    expect(await rejection(encoders.get('late'))).to.equal(first)
    expect(await encoders.problemOf(card)).to.match(/model\.safetensors: expected \d+ bytes/)
    await writeFile(weights, bytes)
    expect(await encoders.get('late')).to.include({ dimension: 8 })
  })
})
