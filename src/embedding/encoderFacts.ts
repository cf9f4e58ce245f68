import { stampOfFolder } from '../failures/stamps.js'
import { readEncoderSpec } from '../encoder/directory.js'
import { isStaticEncoder, readStaticSpec } from '../encoder/static/staticSpec.js'
import { readTokenMatrix } from '../encoder/static/tokenMatrix.js'

/** What a card names its encoder by. */
export interface EncoderFacts {
  /** Of the weights. */
  sha256: string
  dimension: number
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
  if (await isStaticEncoder(directory)) {
    const { sha256, tensors } = await readStaticSpec(directory)
    return { sha256, dimension: readTokenMatrix(tensors).columns }
  }
  const { sha256, bert } = await readEncoderSpec(directory)
  return { sha256, dimension: bert.hidden_size }
}
