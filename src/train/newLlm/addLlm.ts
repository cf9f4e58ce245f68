import { levelFactor } from '../../calibration/level.js'
import { placeOf } from '../../calibration/regions.js'
import type { Placement } from '../../calibration/regions.js'
import { EVIDENCE_FILE, LENGTHS_FILE } from '../../card.js'
import type { Card, EvidenceSpec } from '../../card.js'
import { LLimitError, quote } from '../../errors.js'
import { at, valueAt } from '../../numeric/at.js'
import { rowsByName } from '../../numeric/indices.js'
import { gatherRows, rowOf, withRow } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'
import { readLengths, writeLengths } from '../../lengths/lengthsFile.js'
import type { CardContents } from '../../savedModel/writeSavedModel.js'
import { writeNetwork } from '../../scorer/writeNetwork.js'
import type { ModelFiles } from '../../tensor/layersModel.js'
import type { RowPrior } from '../calibration/rowPrior.js'
import { joinFeatures } from '../data/prepareData.js'
import { writeEvidence } from '../export/evidenceFile.js'
import { llmRows, withLlm } from '../export/llmRows.js'
import { readTrained } from '../export/readTrained.js'
import { addLengths } from './addLengths.js'
import { crossValidate } from './crossValidate.js'
import type { RowValidation } from './crossValidate.js'
import { fitLlmRow } from './fitRow.js'
import { namedPriors } from './namedPriors.js'
import { countByRegion, sumByRegion } from './outcomesByRegion.js'

export interface AddLlmRequest {
  card: Card
  /** All files of the saved model but its card. */
  files: ModelFiles
  llm: string
  /** Known LLMs that it is like; the prior is centered on their mean. If there are none it is that of its name. */
  relatives: readonly string[]
  /** Its outcomes, prompt by prompt. */
  prompts: readonly string[]
  /** [n, E] */
  embeddings: Matrix
  /** [n] in [0, 1] */
  scores: Float32Array
  /** [n] length of each answer, or NOT_COUNTED. */
  tokens: Float32Array
}

export interface AddedLlm {
  card: CardContents
  files: ReadonlyMap<string, Uint8Array>
  /**
   * Fits again and again, and so takes several times as long as adding. Undefined if there are too few outcomes to hold
   * some of them out.
   */
  validate: () => RowValidation | undefined
}

/**
 * Adds an LLM to a trained model: a row of its own, fitted to its outcomes and held near what the known LLMs look like; the
 * network and every other LLM stay as they are, to the last bit. A TensorFlow.js backend must have been started.
 * @throws LLimitError CONFLICT if the model has the LLM already; INVALID_ARGUMENT if it lacks a relative or gives no
 * probabilities; MODEL_BROKEN if its files do not match each other.
 */
export async function addLlm(request: AddLlmRequest): Promise<AddedLlm> {
  const { card, files, llm, relatives, prompts, embeddings, scores } = request
  const cardEvidence = assertExtendable(request)
  const { network, rows, evidence } = await readTrained(files, card, cardEvidence)
  const rowOfName = rowsByName(card.llms)
  const relativeRows = gatherRows(
    rows,
    relatives.map((name) => valueAt(rowOfName, name)),
  )
  const usual = centeredOn(relativeRows, evidence.prior)
  const prior = relatives.length > 0 ? usual : namedPriors(rows, card.llms)(llm)
  const places = placesOf(embeddings, evidence.centroids, cardEvidence)
  const outcomes = {
    inputs: joinFeatures(embeddings, prompts, card.features),
    target: scores,
    factors: factorsOf(places, cardEvidence),
  }
  const extended = withLlm(network, fitLlmRow(network, card.calibration, prior, outcomes))
  const extendedEvidence = writeEvidence({
    ...evidence,
    outcomes: withRow(evidence.outcomes, countByRegion(places, cardEvidence)),
    successes: evidence.successes && withRow(evidence.successes, sumByRegion(places, scores, cardEvidence)),
  })
  const lengths = lengthsWith(request, outcomes.inputs, llmRows(extended))
  return {
    card: {
      ...contentsOf(card),
      ...(lengths && { lengths: lengths.card }),
      llms: [...card.llms, llm],
      evidence: { ...cardEvidence, outcomes: [...cardEvidence.outcomes, embeddings.rows] },
      added: [...(card.added ?? []), { llm, outcomes: scores.length, relatives: [...relatives] }],
    },
    files: new Map([
      ...(await writeNetwork(extended)),
      [EVIDENCE_FILE, extendedEvidence],
      ...(lengths === undefined ? [] : [[LENGTHS_FILE, lengths.bytes] as const]),
    ]),
    validate: () => crossValidate(network, card.calibration, { prior, unfitted: usual.mean }, outcomes),
  }
}

/** @returns the evidence of the card, which a model that can be extended has. */
function assertExtendable({ card, llm, relatives }: AddLlmRequest): EvidenceSpec {
  if (card.output !== 'probability' || card.evidence === undefined) {
    const got = card.output === 'margin' ? 'gives margins' : 'has no evidence'
    throw new LLimitError(
      'INVALID_ARGUMENT',
      `expected a model that was trained here and gives probabilities, got one that ${got}; train one on outcomes`,
    )
  }
  if (card.llms.includes(llm)) {
    throw new LLimitError('CONFLICT', `the model already contains ${quote(llm)}; choose another name`)
  }
  const unknown = relatives.filter((name) => !card.llms.includes(name))
  if (unknown.length > 0) {
    throw new LLimitError(
      'INVALID_ARGUMENT',
      `expected relatives that the model contains, got ${unknown.map(quote).join(', ')}; its card lists its LLMs`,
    )
  }
  return card.evidence
}

/**
 * What is known of lengths, with the new LLM.
 * @param inputs [n, W] of its prompts
 * @param rows [M + 1, any] of the network
 * @returns undefined for a model that knows nothing of lengths.
 */
function lengthsWith({ card, files, tokens }: AddLlmRequest, inputs: Matrix, rows: Matrix) {
  const bytes = files.get(LENGTHS_FILE)
  if (card.lengths === undefined || bytes === undefined) return undefined
  const known = { card: card.lengths, ...readLengths(bytes, card, card.lengths) }
  const extended = addLengths(known, { inputs, tokens }, rows)
  return { card: extended.card, bytes: writeLengths(extended.model, known.prior) }
}

/** The card without what the next version gets when it is written. */
export function contentsOf(card: Card): CardContents {
  const contents: CardContents & Partial<Card> = { ...card }
  delete contents.version
  delete contents.files
  return contents
}

/** The prior with the mean of the relatives, if there are some. */
function centeredOn({ rows, columns, data }: Matrix, { mean, factor }: RowPrior): RowPrior {
  if (rows === 0) return { mean, factor }
  const relativeMean = mean.map((_, column) => {
    let sum = 0
    for (let row = 0; row < rows; row++) sum += at(data, row * columns + column)
    return sum / rows
  })
  return { mean: relativeMean, factor }
}

/** Where prompts lie among the training data. */
export function placesOf(embeddings: Matrix, centroids: Matrix, { familiarity }: EvidenceSpec): Placement[] {
  return Array.from({ length: embeddings.rows }, (_, p) =>
    placeOf(rowOf(embeddings, p), { centroids, familiarity }),
  )
}

/** [n] of the logits of the prompts, as they are served. */
export function factorsOf(places: readonly Placement[], { level }: EvidenceSpec): Float32Array {
  return Float32Array.from(places, ({ familiarity }) =>
    level === undefined ? 1 : levelFactor(familiarity, level),
  )
}
