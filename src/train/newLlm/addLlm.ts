import { EVIDENCE_FILE } from '../../card.js'
import type { Card } from '../../card.js'
import { LLimitError, quote } from '../../errors.js'
import { placeOf } from '../../calibration/regions.js'
import type { CardContents } from '../../savedModel/writeSavedModel.js'
import type { Matrix } from '../../numeric/matrix.js'
import type { DenseNetworkWeights } from '../../scorer/networkWeights.js'
import { readNetwork } from '../../scorer/readNetwork.js'
import { writeNetwork } from '../../scorer/writeNetwork.js'
import type { ModelFiles } from '../../tensor/layersModel.js'
import { readSafetensors } from '../../tensor/readSafetensors.js'
import type { FloatTensor } from '../../tensor/writeSafetensors.js'
import { writeSafetensors } from '../../tensor/writeSafetensors.js'
import { crossValidate } from './crossValidate.js'
import type { Validation } from './crossValidate.js'
import { fitNewLlm } from './fitRow.js'
import { joinFeatures } from '../data/prepare.js'
import type { RowPrior } from './prior.js'
import { llmRows, withLlm } from '../components/exportWeights.js'

export interface AddRequest {
  card: Card
  /** All files of the saved model beside its card. */
  files: ModelFiles
  llm: string
  /** Known LLMs that it is like; the prior is centred on their mean, on that of all LLMs where there is none. */
  relatives: readonly string[]
  /** Its outcomes, prompt by prompt. */
  prompts: readonly string[]
  /** [n, E] */
  embeddings: Float32Array
  /** [n] in [0, 1] */
  scores: Float32Array
}

type Anew = 'version' | 'files'

export interface AddedLlm {
  card: CardContents
  files: ReadonlyMap<string, Uint8Array>
  /**
   * Fits again and again, and so takes several times as long as adding. Undefined where there are too few outcomes to hold
   * some of them out.
   */
  validate: () => Validation | undefined
}

/**
 * Adds an LLM to a trained model: a row of its own, fitted to its outcomes and held near what the known LLMs look like; the
 * network and every other LLM stay as they are, to the last bit. A TensorFlow.js backend must have been started.
 * @throws LLimitError INVALID_REQUEST where the LLM is known already or a relative is not, and for a model that gives no
 * probabilities; MODEL_BROKEN where its files do not fit.
 */
export async function addLlm(request: AddRequest): Promise<AddedLlm> {
  const { card, files, llm, relatives, prompts, embeddings, scores } = request
  check(request)
  const network = await readNetwork(files, card.network.activation)
  const tensors = readSafetensors(files.get(EVIDENCE_FILE) ?? new Uint8Array(), EVIDENCE_FILE)
  const prior = centred(priorOf(tensors), rowsOf(network, card, relatives))
  const inputs = prompts.length === 0 ? new Float32Array() : joinFeatures(embeddings, prompts, card.features)
  const outcomes = { inputs, target: scores }
  const row = fitNewLlm(network, card.calibration, prior, outcomes)
  const extended = withLlm(network, row)
  const evidence = withOutcomes(card, tensors, embeddings)
  const added = [...(card.added ?? []), { llm, outcomes: scores.length, relatives: [...relatives] }]
  // What the next version gets anew when it is written.
  const contents: Omit<Card, Anew> & Partial<Pick<Card, Anew>> = { ...card }
  delete contents.version
  delete contents.files
  return {
    card: { ...contents, llms: [...card.llms, llm], evidence: evidence.card, added },
    files: new Map([...(await writeNetwork(extended)), [EVIDENCE_FILE, writeSafetensors(evidence.tensors)]]),
    validate: () => crossValidate(network, card.calibration, prior, outcomes),
  }
}

function check({ card, llm, relatives }: AddRequest): void {
  if (card.output !== 'probability' || card.evidence === undefined) {
    throw refused('an LLM can be added to a model that was trained here, whose scores are probabilities')
  }
  if (card.llms.includes(llm)) throw refused(`the model knows ${quote(llm)} already`)
  const unknown = relatives.filter((name) => !card.llms.includes(name))
  if (unknown.length > 0)
    throw refused(`the model does not know these relatives: ${unknown.map(quote).join(', ')}`)
}

function priorOf(tensors: ReadonlyMap<string, FloatTensor>): RowPrior {
  const [mean, factor] = [tensors.get('prior_mean'), tensors.get('prior_factor')]
  if (mean === undefined || factor?.data.length !== mean.data.length ** 2) {
    throw new LLimitError('MODEL_BROKEN', `${EVIDENCE_FILE} has no prior_mean and prior_factor that fit`)
  }
  return { mean: mean.data, factor: factor.data }
}

/** The rows of some LLMs. */
function rowsOf(network: DenseNetworkWeights, { llms }: Card, names: readonly string[]): Matrix {
  const all = llmRows(network)
  const chosen = names.map((name) => all.data.subarray(...bounds(llms.indexOf(name), all.columns)))
  return {
    rows: names.length,
    columns: all.columns,
    data: Float32Array.from(chosen.flatMap((row) => [...row])),
  }
}

/** The prior with another mean: that of the relatives, where there are some. */
function centred({ mean, factor }: RowPrior, { rows, columns, data }: Matrix): RowPrior {
  if (columns !== mean.length) {
    throw new LLimitError(
      'MODEL_BROKEN',
      `the prior is ${mean.length} wide, the rows of the LLMs are ${columns}`,
    )
  }
  if (rows === 0) return { mean, factor }
  const sums = mean.map((_, column) => {
    let sum = 0
    for (let row = 0; row < rows; row++) sum += data[row * columns + column] ?? NaN
    return sum / rows
  })
  return { mean: sums, factor }
}

/** The evidence with the outcomes of one more LLM, counted by region. */
function withOutcomes(
  { evidence, encoder, llms }: Card,
  tensors: ReadonlyMap<string, FloatTensor>,
  embeddings: Float32Array,
) {
  const [centroids, counts] = [tensors.get('centroids'), tensors.get('outcomes')]
  if (evidence === undefined || centroids === undefined || counts === undefined) {
    throw new LLimitError('MODEL_BROKEN', `${EVIDENCE_FILE} has no centroids and outcomes`)
  }
  const { regions: R, familiarity } = evidence
  const E = encoder.dimension
  const data = new Float32Array((llms.length + 1) * R)
  data.set(counts.data)
  const n = embeddings.length / E
  for (let p = 0; p < n; p++) {
    const place = placeOf(embeddings.subarray(p * E, (p + 1) * E), {
      count: R,
      centroids: centroids.data,
      familiarity,
    })
    const cell = llms.length * R + place.region
    data[cell] = (data[cell] ?? 0) + 1
  }
  return {
    card: { ...evidence, outcomes: [...evidence.outcomes, n] },
    tensors: new Map([...tensors, ['outcomes', { shape: [llms.length + 1, R], data }]]),
  }
}

function bounds(row: number, width: number): [number, number] {
  return [row * width, (row + 1) * width]
}

function refused(message: string): LLimitError {
  return new LLimitError('INVALID_REQUEST', message)
}
