import { EVIDENCE_FILE } from '../../card.js'
import { LLimitError } from '../../errors.js'
import { at } from '../../numeric/at.js'
import { matrixOf } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'
import type { ModelFiles } from '../../tensor/layersModel.js'
import { readSafetensors } from '../../tensor/readSafetensors.js'
import { writeSafetensors } from '../../tensor/writeSafetensors.js'
import type { RowPrior } from '../newLlm/prior.js'

/** What EVIDENCE_FILE holds. M LLMs, R regions, E the width of an embedding, W that of an LLM's row. */
export interface EvidenceTensors {
  /** [R, E] of unit length */
  centroids: Matrix
  /** [M, R] outcomes of each LLM in each region. */
  outcomes: Matrix
  /** What the row of a new LLM starts from. */
  prior: RowPrior
}

export function writeEvidence({ centroids, outcomes, prior }: EvidenceTensors): Uint8Array {
  return writeSafetensors(
    new Map([
      ['centroids', toTensor(centroids)],
      ['outcomes', toTensor(outcomes)],
      ['prior_mean', { shape: [prior.mean.length], data: prior.mean }],
      ['prior_factor', toTensor(prior.factor)],
    ]),
  )
}

/**
 * @param files of a saved model
 * @throws LLimitError MODEL_BROKEN if the file or one of its tensors is missing, or a tensor has another number of dimensions.
 */
export function readEvidence(files: ModelFiles): EvidenceTensors {
  const bytes = files.get(EVIDENCE_FILE)
  if (bytes === undefined) {
    throw new LLimitError('MODEL_BROKEN', `expected a saved model with ${EVIDENCE_FILE}, got one without`)
  }
  const tensors = readSafetensors(bytes, EVIDENCE_FILE)
  const tensorOf = (name: string, dimensions: number) => {
    const tensor = tensors.get(name)
    if (tensor?.shape.length === dimensions) return tensor
    const found = tensor === undefined ? 'none' : `one of shape [${tensor.shape.join(', ')}]`
    const message = `${EVIDENCE_FILE}: expected a tensor "${name}" of ${dimensions} dimensions, got ${found}`
    throw new LLimitError('MODEL_BROKEN', message)
  }
  const matrix = (name: string) => {
    const { shape, data } = tensorOf(name, 2)
    return matrixOf(data, at(shape, 1))
  }
  return {
    centroids: matrix('centroids'),
    outcomes: matrix('outcomes'),
    prior: { mean: tensorOf('prior_mean', 1).data, factor: matrix('prior_factor') },
  }
}

function toTensor({ rows, columns, data }: Matrix): { shape: number[]; data: Float32Array } {
  return { shape: [rows, columns], data }
}
