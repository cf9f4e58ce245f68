import { EVIDENCE_FILE } from '../../card.js'
import { LLimitError } from '../../errors.js'
import { matrixOf } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'
import type { ModelFiles } from '../../tensor/layersModel.js'
import { readSafetensors } from '../../tensor/readSafetensors.js'
import { writeSafetensors } from '../../tensor/writeSafetensors.js'
import type { RowPrior } from '../calibration/rowPrior.js'

/** What EVIDENCE_FILE holds. M LLMs, R regions, E the width of an embedding, W that of an LLM's row. */
export interface EvidenceTensors {
  /** [R, E] of unit length */
  centroids: Matrix
  /** [M, R] outcomes of each LLM in each region. */
  outcomes: Matrix
  /** [M, R] sums of their scores; undefined in saved models made before they were kept. */
  successes: Matrix | undefined
  /** What the row of a new LLM starts from. */
  prior: RowPrior
}

export function writeEvidence({ centroids, outcomes, successes, prior }: EvidenceTensors): Uint8Array {
  return writeSafetensors(
    new Map([
      ['centroids', toTensor(centroids)],
      ['outcomes', toTensor(outcomes)],
      ...(successes === undefined ? [] : [['successes', toTensor(successes)] as const]),
      ['prior_mean', { shape: [prior.mean.length], data: prior.mean }],
      ['prior_factor', toTensor(prior.factor)],
    ]),
  )
}

/** The widths that its tensors must have. */
interface EvidenceShape {
  /** R */
  regions: number
  /** E */
  embedding: number
  /** M */
  llms: number
  /** W */
  row: number
}

/**
 * @param files of a saved model
 * @throws LLimitError MODEL_BROKEN if the file is missing, or a tensor is missing or of another shape.
 */
export function readEvidence(files: ModelFiles, shape: EvidenceShape): EvidenceTensors {
  const { regions: R, embedding: E, llms: M, row: W } = shape
  const bytes = files.get(EVIDENCE_FILE)
  if (bytes === undefined) {
    throw new LLimitError('MODEL_BROKEN', `expected a saved model with ${EVIDENCE_FILE}, got one without`)
  }
  const tensors = readSafetensors(bytes, EVIDENCE_FILE)
  const dataOf = (name: string, expected: string) => {
    const tensor = tensors.get(name)
    const got = tensor === undefined ? 'none' : `one of shape [${tensor.shape.join(', ')}]`
    if (tensor !== undefined && got === `one of shape [${expected}]`) return tensor.data
    const message = `${EVIDENCE_FILE}: expected a tensor "${name}" of shape [${expected}], got ${got}`
    throw new LLimitError('MODEL_BROKEN', message)
  }
  return {
    centroids: matrixOf(dataOf('centroids', `${R}, ${E}`), E),
    outcomes: matrixOf(dataOf('outcomes', `${M}, ${R}`), R),
    successes: tensors.has('successes') ? matrixOf(dataOf('successes', `${M}, ${R}`), R) : undefined,
    prior: {
      mean: dataOf('prior_mean', `${W}`),
      factor: matrixOf(dataOf('prior_factor', `${W}, ${W}`), W),
    },
  }
}

function toTensor({ rows, columns, data }: Matrix): { shape: number[]; data: Float32Array } {
  return { shape: [rows, columns], data }
}
