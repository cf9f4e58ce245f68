import { levelFactor } from '../calibration/level.js'
import { scaledLogits } from '../calibration/probability.js'
import { placeOf } from '../calibration/regions.js'
import { EVIDENCE_FILE, LENGTHS_FILE } from '../card.js'
import type { Calibration, Card, Training } from '../card.js'
import { featureCount } from '../features/features.js'
import { writeLengths } from '../lengths/lengthsFile.js'
import { at } from '../numeric/at.js'
import { logistic } from '../numeric/logistic.js'
import { rowOf } from '../numeric/matrix.js'
import type { Matrix } from '../numeric/matrix.js'
import type { JudgedData } from '../outcomes/outcomes.js'
import { REFERENCE_PROMPTS } from '../savedModel/referencePrompts.js'
import type { CardContents } from '../savedModel/writeSavedModel.js'
import type { DenseNetworkWeights } from '../scorer/networkWeights.js'
import { writeNetwork } from '../scorer/writeNetwork.js'
import { measureEvidence } from './calibration/evidence.js'
import { fitDifficulty } from './calibration/fitDifficulty.js'
import { meanProbabilities } from './calibration/meanProbabilities.js'
import { fitCalibration } from './calibration/platt.js'
import { fitRowPrior } from './calibration/rowPrior.js'
import { componentsOf } from './components/components.js'
import { outcomeCount, promptCount } from './data/examples.js'
import { prepareData } from './data/prepareData.js'
import type { PreparedData } from './data/prepareData.js'
import { writeEvidence } from './export/evidenceFile.js'
import { llmRows } from './export/llmRows.js'
import { abstainOf, dataSummary, networkShape, originOf } from './export/modelCard.js'
import { referenceScores } from './export/referenceScores.js'
import { fitLengths } from './lengths/fitLengths.js'
import { devMetrics, MARGIN_SCALE } from './loop/devMetrics.js'
import { scheduleFor } from './loop/schedule.js'
import { trainBlend } from './loop/trainBlend.js'
import type { BlendTraining } from './loop/trainBlend.js'
import { assertTrainable } from './losses.js'
import type { Recipe } from './recipe.js'

interface PredictorRequest extends BlendTraining {
  data: JudgedData
  /** [P, E] of the prompts of the data. */
  embeddings: Matrix
  recipe: Recipe
}

/** A trained network in memory, with what it was trained on. */
export interface Predictor {
  network: DenseNetworkWeights
  /** Of its logits; undefined if its scores are margins. */
  calibration: Calibration | undefined
  prepared: PreparedData
  /** [n] logits of the pairs of the dev split, before the calibration. */
  devLogits: Float32Array
}

/**
 * From data to a calibrated network: data -> components -> blend -> calibration. A TensorFlow.js backend must have been
 * started.
 * @throws LLimitError INVALID_FILE if a split is empty; INVALID_ARGUMENT if the losses of the recipe have no data;
 * TRAINING_DIVERGED.
 */
export async function trainPredictor(request: PredictorRequest): Promise<Predictor> {
  const { data, embeddings, recipe } = request
  const prepared = prepareData(data, embeddings, recipe)
  const { train, dev, features } = prepared
  assertTrainable(recipe.losses, train)

  const components = componentsOf(recipe, prepared)

  const schedule = scheduleFor(recipe, promptCount(train))
  const { weights, devLogits } = await trainBlend(components, prepared, schedule, request)

  const isProbability = recipe.losses.outcomes > 0 && outcomeCount(dev) > 0
  const calibration = isProbability ? fitCalibration(devLogits, dev.target) : undefined

  const network: DenseNetworkWeights = {
    embedding: embeddings.columns,
    features: featureCount(features.version),
    activation: { type: 'leaky_relu', slope: recipe.tower.slope },
    ...weights,
    output: isProbability ? 'logit' : 'tanh',
  }
  return { network, calibration, prepared, devLogits }
}

interface TrainRequest extends PredictorRequest {
  encoder: Card['encoder']
  /** [P, E] of any prompts, for the reference scores. */
  embed: (prompts: readonly string[]) => Promise<Matrix>
  /** What the card says of the training besides. */
  about: Pick<Training, 'command' | 'backend'>
}

interface TrainedModel {
  card: CardContents
  files: ReadonlyMap<string, Uint8Array>
}

/**
 * From data to a saved model: a calibrated network; then, measured on the dev split, how far to trust it; then the export. A
 * TensorFlow.js backend must have been started.
 * @throws LLimitError as `trainPredictor` does.
 */
export async function trainModel(request: TrainRequest): Promise<TrainedModel> {
  const started = performance.now()
  const { data, recipe, seed, encoder } = request
  const predictor = await trainPredictor(request)
  const { network, calibration, prepared, devLogits } = predictor
  const { llms, dev, features } = prepared

  const evidence = measureEvidence(prepared, scaledLogits(devLogits, calibration), recipe.evidence, seed)
  const metrics =
    calibration === undefined ? devMetrics(dev, devLogits, MARGIN_SCALE) : devMetrics(dev, evidence.devLogits)
  const difficulty =
    calibration &&
    fitDifficulty(
      dev,
      evidence.devLogits.map((z) => logistic(z)),
    )

  const lengths =
    calibration &&
    fitLengths(
      prepared,
      { rows: llmRows(network), familiarity: evidence.devFamiliarity },
      recipe.lengths,
      seed,
    )

  const referenceEmbeddings = await request.embed(REFERENCE_PROMPTS)
  const regions = { centroids: evidence.centroids, familiarity: evidence.card.familiarity }
  const factors = REFERENCE_PROMPTS.map((_, p) =>
    levelFactor(placeOf(rowOf(referenceEmbeddings, p), regions).familiarity, recipe.evidence.level),
  )
  const training: Training = {
    ...request.about,
    seed,
    recipe,
    seconds: Math.round((performance.now() - started) / 100) / 10,
    data: dataSummary(data, llms),
    metrics: { ...metrics, ...lengths?.metrics },
  }
  const card: CardContents = {
    format_version: 1,
    type: 'dense_network',
    encoder,
    features,
    llms: [...llms],
    network: networkShape(network),
    ...(calibration === undefined
      ? { output: 'margin' }
      : { output: 'probability', calibration, evidence: evidence.card }),
    ...(lengths && { lengths: lengths.card }),
    ...(difficulty && { shared_difficulty: difficulty }),
    ...(calibration && { guard: { baseline: baselineOf(predictor), z: recipe.guard.z } }),
    ...(calibration && abstainOf(recipe)),
    training,
    origin: originOf(data),
    reference: referenceScores(
      network,
      calibration && { ...calibration, factors },
      features,
      llms,
      referenceEmbeddings,
    ),
  }
  const evidenceBytes = writeEvidence({ ...evidence, prior: fitRowPrior(llmRows(network)) })
  const files = new Map([...(await writeNetwork(network)), [EVIDENCE_FILE, evidenceBytes]])
  if (lengths !== undefined) files.set(LENGTHS_FILE, writeLengths(lengths.model, lengths.prior))
  return { card, files }
}

/** The LLM with the highest mean over the training sources. */
function baselineOf(predictor: Predictor): string {
  const means = meanProbabilities(predictor)
  return at(predictor.prepared.llms, means.indexOf(Math.max(...means)))
}
