import { createHash } from 'node:crypto'

import { EVIDENCE_FILE } from '../card.js'
import type { Card, Training } from '../card.js'
import type { JudgedData } from '../outcomes/outcomes.js'
import { probabilityOf } from '../calibration/probability.js'
import { REFERENCE_PROMPTS } from '../savedModel/referencePrompts.js'
import type { CardContents } from '../savedModel/writeSavedModel.js'
import type { DenseNetworkWeights } from '../scorer/networkWeights.js'
import { writeNetwork } from '../scorer/writeNetwork.js'
import { writeSafetensors } from '../tensor/writeSafetensors.js'
import { devMetrics, SCALE_OF_MARGINS } from './loop/devMetrics.js'
import { findEvidence } from './calibration/evidence.js'
import { fitRowPrior } from './newLlm/prior.js'
import { referenceOf } from './reference.js'
import { trainNetwork } from './trainNetwork.js'
import type { NetworkRequest } from './trainNetwork.js'
import { llmRows } from './components/exportWeights.js'

export interface TrainRequest extends NetworkRequest {
  encoder: Card['encoder']
  /** [P, E] of any prompts, for the reference scores. */
  embed: (prompts: readonly string[]) => Promise<Float32Array>
  /** What the card says of the training besides. */
  about: Pick<Training, 'command' | 'backend'>
}

export interface TrainedModel {
  card: CardContents
  files: ReadonlyMap<string, Uint8Array>
}

/**
 * Trains a dense network on judged data: the parts of the recipe one after the other; then, on the dev split, the
 * calibration and what says how far to trust it. A TensorFlow.js backend must have been started.
 * @throws LLimitError INVALID_REQUEST where a split is empty.
 */
export async function trainModel(request: TrainRequest): Promise<TrainedModel> {
  const started = performance.now()
  const { data, recipe, seed, encoder } = request
  const { network, calibration, prepared, devLogits } = await trainNetwork(request)
  const { llms, dev, features } = prepared
  const probabilities = devLogits.map((z) => probabilityOf(z, calibration))
  const { evidence, tensors } = findEvidence(prepared, probabilities, recipe.evidence, seed)
  const reference = referenceOf(network, calibration, features, llms, await request.embed(REFERENCE_PROMPTS))
  const training: Training = {
    ...request.about,
    seed,
    recipe,
    seconds: Math.round((performance.now() - started) / 100) / 10,
    data: summaryOf(data, llms),
    metrics: devMetrics(dev, devLogits, calibration ?? SCALE_OF_MARGINS),
  }
  const card: CardContents = {
    format_version: 1,
    type: 'dense_network',
    encoder,
    features,
    llms: [...llms],
    network: shapeOf(network),
    ...(calibration === undefined ? { output: 'margin' } : { output: 'probability', calibration, evidence }),
    training,
    origin: originOf(data),
    reference,
  }
  const evidenceFile = writeSafetensors(new Map([...tensors, ...priorTensors(network)]))
  return { card, files: new Map([...(await writeNetwork(network)), [EVIDENCE_FILE, evidenceFile]]) }
}

function priorTensors(network: DenseNetworkWeights) {
  const { mean, factor } = fitRowPrior(llmRows(network))
  const W = mean.length
  return [
    ['prior_mean', { shape: [W], data: mean }],
    ['prior_factor', { shape: [W, W], data: factor }],
  ] as const
}

function shapeOf({ towers, gatedBranches, activation }: DenseNetworkWeights): Card['network'] {
  const [tower] = towers
  const [branch] = gatedBranches
  return {
    hidden: tower?.layers.slice(0, -1).map(({ bias }) => bias.length) ?? [],
    llm_embedding_dimension: tower?.llmVectors.columns ?? branch?.classScores.columns ?? 1,
    activation,
    ...(branch === undefined ? {} : { kinds: branch.classScores.columns }),
  }
}

function summaryOf(data: JudgedData, llms: readonly string[]): Training['data'] {
  const { outcomes, comparisons, files } = data
  const sources = new Map<string, number>()
  for (const { source } of outcomes.prompts) sources.set(source, (sources.get(source) ?? 0) + 1)
  return {
    files: files.map(({ name, sha256 }) => ({ name, sha256 })),
    prompts: outcomes.prompts.length,
    outcomes: outcomes.score.length,
    comparisons: comparisons.preference.length,
    ...(comparisons.preference.length === 0 ? {} : { llm_comparisons: comparisonsOf(data, llms) }),
    sources: Object.fromEntries(sources),
  }
}

/** How often each LLM was compared. */
function comparisonsOf({ outcomes, comparisons: { a, b } }: JudgedData, llms: readonly string[]): number[] {
  const counts = new Map<string, number>()
  for (const row of [...a, ...b]) {
    const name = outcomes.llms[row] ?? ''
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return llms.map((name) => counts.get(name) ?? 0)
}

function originOf({ files, outcomes }: JudgedData): Card['origin'] {
  const sums = files.map(({ sha256 }) => sha256)
  const [only] = sums
  return {
    source: files.map(({ name }) => name).join(', '),
    sha256:
      sums.length === 1 && only !== undefined ? only : createHash('sha256').update(sums.join()).digest('hex'),
    description: `trained on the outcomes of ${outcomes.llms.length} LLMs on ${outcomes.prompts.length} prompts`,
  }
}
