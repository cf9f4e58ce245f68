import { createHash } from 'node:crypto'

import { LLimitError } from '../errors.js'
import { FailedLoads } from '../failures/failedLoads.js'
import { stampOfFolder } from '../failures/stamps.js'
import { readEncoderSpec } from '../encoder/directory.js'
import { isStaticEncoder, readStaticSpec } from '../encoder/static/staticSpec.js'
import type { StaticFiles } from '../encoder/static/staticSpec.js'
import { readTokenMatrix } from '../encoder/static/tokenMatrix.js'
import { canonicalPieces, readTokenizerFacts } from '../tokenizer/tokenizer.js'

/** What a card names its encoder by. */
export interface EncoderFacts {
  /** Of the weights. */
  sha256: string
  dimension: number
  /** Of everything that a vector rests on: weights, pooling, prompt, tokenizer, limits; not of how their files are written. */
  identity: string
}

interface Known {
  stamp: string
  facts: Promise<EncoderFacts>
  /** What was read of a static encoder, for a moment: who asks for its facts mostly opens it next. */
  files?: StaticFiles | undefined
}

const FILES_KEPT_MS = 5_000

/** Facts of encoder directories, read again whenever a file of one changes: hashing weights takes a tenth of a second. */
export class EncoderFactsCache {
  readonly #known = new Map<string, Known>()
  readonly #failed = new FailedLoads(['MODEL_BROKEN'])

  /** @throws LLimitError MODEL_BROKEN, naming the file that cannot be used. */
  async of(directory: string): Promise<EncoderFacts> {
    const stamp = await stampOfFolder(directory)
    const before = this.#known.get(directory)
    if (before?.stamp === stamp) return before.facts
    const known: Known = {
      stamp,
      facts: this.#failed.attempt({
        key: directory,
        stamp: () => stampOfFolder(directory),
        load: () => this.#read(directory, (files) => keep(known, files)),
      }),
    }
    this.#known.set(directory, known)
    known.facts.catch(() => this.#known.delete(directory))
    return known.facts
  }

  /** The files of a static encoder, which `of` has usually read a moment before; throws as `of` does. */
  async filesOf(directory: string): Promise<StaticFiles> {
    await this.of(directory)
    return this.#known.get(directory)?.files ?? readStaticSpec(directory)
  }

  async #read(directory: string, onFiles: (files: StaticFiles) => void): Promise<EncoderFacts> {
    if (!(await isStaticEncoder(directory))) return readTransformerFacts(directory)
    const files = await readStaticSpec(directory)
    onFiles(files)
    return staticFacts(files)
  }
}

function keep(known: Known, files: StaticFiles): void {
  known.files = files
  setTimeout(() => (known.files = undefined), FILES_KEPT_MS).unref()
}

function staticFacts({ sha256, tensors, tokenizer, config, prompt }: StaticFiles): EncoderFacts {
  const { count_damping, normalize, max_tokens } = config
  const canonical = canonicalPieces(tokenizer)
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
