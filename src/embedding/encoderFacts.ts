import { createHash } from 'node:crypto'

import { LLimitError } from '../errors.js'
import { stampOfFolder } from '../failures/stamps.js'
import { readEncoderSpec } from '../encoder/directory.js'
import { isStaticEncoder, readStaticSpec } from '../encoder/static/staticSpec.js'
import { readTokenMatrix } from '../encoder/static/tokenMatrix.js'
import { readPieceFacts, readTokenizerFacts } from '../tokenizer/tokenizer.js'

/** What a card names its encoder by. */
export interface EncoderFacts {
  /** Of the weights. */
  sha256: string
  dimension: number
  /** Of everything that a vector rests on: weights, pooling, prompt, tokenizer, limits; not of how their files are written. */
  identity: string
}

/** Facts of encoder directories, read again whenever a file of one changes: hashing weights takes a tenth of a second. */
export class EncoderFactsCache {
  readonly #known = new Map<string, { stamp: string; facts: Promise<EncoderFacts> }>()

  /** @throws LLimitError MODEL_BROKEN, naming the file that cannot be used. */
  async of(directory: string): Promise<EncoderFacts> {
    const stamp = await stampOfFolder(directory)
    const before = this.#known.get(directory)
    if (before?.stamp === stamp) return before.facts
    const facts = readFacts(directory)
    this.#known.set(directory, { stamp, facts })
    facts.catch(() => this.#known.delete(directory))
    return facts
  }
}

async function readFacts(directory: string): Promise<EncoderFacts> {
  return (await isStaticEncoder(directory)) ? readStaticFacts(directory) : readTransformerFacts(directory)
}

async function readStaticFacts(directory: string): Promise<EncoderFacts> {
  const { sha256, tensors, tensorDirectory, config, prompt } = await readStaticSpec(directory)
  const { count_damping, normalize, max_tokens } = config
  const { canonical } = await readPieceFacts(tensorDirectory)
  const identity = hashOf(['static', sha256, count_damping, normalize, max_tokens, prompt, canonical])
  return { sha256, dimension: readTokenMatrix(tensors).columns, identity }
}

async function readTransformerFacts(directory: string): Promise<EncoderFacts> {
  const { kind, sha256, bert, pooling, normalize, prompt, transformerDirectory } =
    await readEncoderSpec(directory)
  const { vocabulary, canonical } = await readTokenizerFacts(transformerDirectory)
  if (vocabulary > bert.vocab_size) {
    const fault = `expected ids below vocab_size ${bert.vocab_size} of config.json, got ${vocabulary - 1}`
    throw new LLimitError('MODEL_BROKEN', `tokenizer.json of the encoder: ${fault}`)
  }
  const identity = hashOf([kind, sha256, bert, pooling, normalize, prompt, canonical])
  return { sha256, dimension: bert.hidden_size, identity }
}

function hashOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
