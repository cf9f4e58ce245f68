import type { Card } from '../../card.js'
import { LLimitError } from '../../errors.js'
import { measureDecisions } from '../../evaluate/decisions/measureDecisions.js'
import type { CostQuality } from '../../evaluate/report/costSection.js'
import { isPredicting } from '../../evaluate/system.js'
import type { System } from '../../evaluate/system.js'
import type { Outcomes } from '../../outcomes/outcomes.js'
import type { RankAnswer } from '../../selection/ranking.js'
import type { SelectionService } from '../../selection/service.js'
import type { Terminal } from '../commandLine/terminal.js'
import { pricedPrompts } from './judgedCandidates.js'

/** Bands are drawn, not compared: fewer samples than numbers get. */
const BAND_SAMPLES = 200

interface CostRequest {
  /** Undefined without a saved model. */
  model: { name: string; card: Card } | undefined
  /** Of LLMs that the model knows, and of the split that means are taken over. */
  outcomes: Outcomes
  training: Outcomes
  /** What has been measured, kNN among them unless baselines were left out. */
  systems: readonly System[]
  seed: number
}

function pricesInWords({ table, file }: RankAnswer['prices_as_of']): string {
  const sources = [
    ...(file === undefined ? [] : [`the file of LLIMIT_PRICES as of ${file}`]),
    ...(table === undefined ? [] : [`the table that is shipped, as of ${table}`]),
  ]
  return `Prices are those of ${sources.join(', then ')}. An answer that was counted costs what its length does, another what is expected.`
}

/** What the choices of a saved model cost and what came of them, or in words why that is not known. */
export async function costQualityOf(
  selection: Pick<SelectionService, 'rank'>,
  { model, outcomes, training, systems, seed }: CostRequest,
  terminal: Pick<Terminal, 'progress'>,
): Promise<CostQuality> {
  if (model === undefined)
    return { missing: 'Only a saved model says what an answer will cost: see --model.' }
  const { name, card } = model
  const nearest = systems.filter(isPredicting).find((system) => system.name === 'kNN')
  if (nearest === undefined) {
    return { missing: 'Choices are compared with those by kNN, which --no-baselines leaves out.' }
  }
  if (card.guard === undefined)
    return { missing: `${name} has no guard, as models that are trained here have.` }
  try {
    const request = { model: name, card, outcomes, training, nearest: nearest.predictions }
    const { prompts, unpriced, pricesAsOf } = await pricedPrompts(selection, request, terminal)
    const report = await measureDecisions(prompts, {
      z: card.guard.z,
      seed,
      bandSamples: BAND_SAMPLES,
      ...(card.shared_difficulty && { deviation: card.shared_difficulty.deviation }),
    })
    return { report, unpriced, prices: pricesInWords(pricesAsOf) }
  } catch (error) {
    if (error instanceof LLimitError && error.code === 'INVALID_ARGUMENT')
      return { missing: `${error.message}.` }
    throw error
  }
}
