import type { Logger } from 'winston'

import { LLimitError } from '../errors.js'
import { extractFeatures, featureCount } from '../features/features.js'
import type { Registry } from '../registry/registry.js'
import type { TokenizedPrompt } from '../tokenizer/tokenizer.js'
import { rowsOfLlms } from './llmRows.js'
import type { InferRequest, ModelDescription, ModelSummary, Scores } from './requests.js'
import { mapInTurns } from './turns.js'

/** The path of a request, behind which tensors live; HTTP and the command line both stand in front of it. */
export interface SelectionService {
  /**
   * Scores every prompt for every LLM.
   * @param signal ends the work early when nobody waits for the answer any more; the promise then rejects.
   * @throws LLimitError INVALID_MODEL_FORMAT, INVALID_MODEL_TYPE, MODEL_NOT_FOUND, MODEL_BROKEN, UNKNOWN_LLM,
   * ENGINE_UNAVAILABLE
   */
  infer(request: InferRequest, signal?: AbortSignal): Promise<Scores>
  listModels(): Promise<ModelSummary[]>
  /** @throws LLimitError as `infer` does for the model's name. */
  describeModel(model: string): Promise<ModelDescription>
}

/** The path itself: saved model, ids, embeddings, features, scores. */
export class Selection implements SelectionService {
  readonly #registry: Registry
  readonly #log: Logger

  constructor(registry: Registry, log: Logger) {
    this.#registry = registry
    this.#log = log
  }

  async infer({ model, llms, prompts, batchSize }: InferRequest, signal?: AbortSignal): Promise<Scores> {
    const { savedModel, release } = await this.#registry.acquire(model)
    try {
      const { card, encoder, tokenizer, network, rows } = savedModel
      const wanted = rowsOfLlms(llms, model, rows)
      if (wanted.size === 0) return new Map()
      const tokenized = await mapInTurns(prompts, (prompt) => tokenizer.encode(prompt), signal)
      this.#logTruncation(tokenized)
      const embeddings = await encoder.embed(
        tokenized.map(({ ids }) => ids),
        signal,
      )
      const features = await mapInTurns(prompts, (prompt) => extractFeatures(prompt, card.features), signal)
      const batch = {
        embeddings,
        features: flatten(features, featureCount(card.features.version)),
        batchSize,
      }
      const scores = await network.score({ ...batch, llms: Int32Array.from(wanted.values()) })
      return byLlm([...wanted.keys()], prompts.length, scores)
    } finally {
      release()
    }
  }

  async listModels(): Promise<ModelSummary[]> {
    const models = await this.#registry.cards.names()
    return Promise.all(models.map((model) => this.#summarise(model)))
  }

  async describeModel(model: string): Promise<ModelDescription> {
    const card = await this.#registry.cardOf(model)
    const loaded = this.#registry.isLoaded(model)
    return { model, llms: card.llms, encoder: card.encoder.name, loaded, card }
  }

  /** A broken saved model is listed with the reason, so that an operator sees it beside the others. */
  async #summarise(model: string): Promise<ModelSummary> {
    try {
      const { llms, encoder, loaded } = await this.describeModel(model)
      return { model, llms, encoder, loaded }
    } catch (error) {
      if (!(error instanceof LLimitError)) throw error
      return { model, llms: [], encoder: null, loaded: false, error: error.message }
    }
  }

  #logTruncation(tokenized: readonly TokenizedPrompt[]): void {
    tokenized.forEach(({ truncated, tokens, ids }, prompt) => {
      if (truncated) this.#log.debug('prompt truncated', { prompt, tokens, kept: ids.length })
    })
  }
}

/** [P, width] from P rows. */
function flatten(rows: readonly Float32Array[], width: number): Float32Array {
  const flat = new Float32Array(rows.length * width)
  rows.forEach((row, p) => flat.set(row, p * width))
  return flat
}

/** @param scores [M, P] */
function byLlm(llms: readonly string[], P: number, scores: Float32Array): Scores {
  return new Map(llms.map((llm, m) => [llm, scores.subarray(m * P, (m + 1) * P)]))
}
