import { LLimitError } from '../errors.js'
import type { CardOnDisk } from '../registry/cards.js'
import type { Registry } from '../registry/registry.js'
import type { ModelSummary } from './requests.js'

/** A broken saved model is listed with the reason, so that an operator sees it among the others. */
export async function summaryOrProblem(model: string, registry: Registry): Promise<ModelSummary> {
  try {
    return await summaryOf(model, await registry.find(model), registry)
  } catch (error) {
    if (!(error instanceof LLimitError)) throw error
    const unknown = { encoder: null, version: null, sha256: null }
    return { model, llms: [], ...unknown, loaded: false, error: error.message }
  }
}

export async function summaryOf(model: string, found: CardOnDisk, registry: Registry): Promise<ModelSummary> {
  const { model: folder, card, sha256 } = found
  const { llms, encoder, version } = card
  const error = await registry.problemOf(found)
  const loaded = registry.isLoaded(folder)
  return {
    model,
    llms,
    encoder: encoder.name,
    version,
    sha256,
    loaded,
    ...(error !== undefined && { error }),
  }
}
