import type { Logger } from 'winston'

import type { Card } from '../card.js'
import { Encoder } from '../encoder/encoder.js'
import { LLimitError } from '../errors.js'
import { openTokenizer } from '../tokenizer/tokenizer.js'
import type { Tokenizer } from '../tokenizer/tokenizer.js'
import { findEncoder } from './listing.js'

/** What turns prompts into vectors: both parts of one encoder directory. */
export interface PromptEncoder {
  tokenizer: Tokenizer
  encoder: Encoder
}

/** The encoders in use, each opened once and shared by all saved models that want it. */
export class Encoders {
  readonly #roots: readonly string[]
  readonly #log: Logger
  readonly #open = new Map<string, Promise<PromptEncoder>>()

  /** @param roots folders that may hold `encoders/`, in the order in which they are searched */
  constructor(roots: readonly string[], log: Logger) {
    this.#roots = roots
    this.#log = log
  }

  /** @throws LLimitError MODEL_BROKEN, ENGINE_UNAVAILABLE; the next call then tries again. */
  async get(name: string): Promise<PromptEncoder> {
    const directory = await findEncoder(this.#roots, name)
    const open = this.#open.get(directory) ?? this.#start(directory, name)
    this.#open.set(directory, open)
    open.catch(() => this.#open.delete(directory))
    return open
  }

  /**
   * The encoder of a card. Scores of a network mean something only on the vectors it was trained on.
   * @throws LLimitError as `get` does, and MODEL_BROKEN where the installed encoder is another one than the card's.
   */
  async forCard({ encoder: wanted }: Card): Promise<PromptEncoder> {
    const found = await this.get(wanted.name)
    const { sha256, bert } = found.encoder.spec
    if (sha256 !== wanted.sha256 || bert.hidden_size !== wanted.dimension) {
      throw new LLimitError(
        'MODEL_BROKEN',
        `the installed encoder "${wanted.name}" has dimension ${bert.hidden_size} and sha256 ${sha256}, ` +
          `card.json wants ${wanted.dimension} and ${wanted.sha256}`,
      )
    }
    return found
  }

  async close(): Promise<void> {
    for (const open of this.#open.values()) {
      // One that did not open has nothing to close.
      await open.then(
        ({ encoder }) => encoder.close(),
        () => undefined,
      )
    }
  }

  async #start(directory: string, name: string): Promise<PromptEncoder> {
    const tokenizer = await openTokenizer(directory)
    const encoder = await Encoder.open(directory, (backend) => {
      for (const { name: tried, reason } of backend.rejected) {
        this.#log.info('backend not used', { encoder: name, backend: tried, reason })
      }
      this.#log.info('encoder ready', { encoder: name, backend: backend.name })
    })
    return { tokenizer, encoder }
  }
}
