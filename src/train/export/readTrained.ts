import type { Card, EvidenceSpec } from '../../card.js'
import type { Matrix } from '../../numeric/matrix.js'
import type { DenseNetworkWeights } from '../../scorer/networkWeights.js'
import { readNetwork } from '../../scorer/readNetwork.js'
import type { ModelFiles } from '../../tensor/layersModel.js'
import { readEvidence } from './evidenceFile.js'
import type { EvidenceTensors } from './evidenceFile.js'
import { llmRows } from './llmRows.js'

/** A saved model that was trained here, as what is changed in it starts from. */
interface Trained {
  network: DenseNetworkWeights
  /** [M, W] as `llmRows` has them */
  rows: Matrix
  evidence: EvidenceTensors
}

/**
 * @param files all of the saved model but its card
 * @param spec the evidence of the card
 * @throws LLimitError MODEL_BROKEN if the files do not match each other.
 */
export async function readTrained(
  files: ModelFiles,
  card: Card,
  { regions }: EvidenceSpec,
): Promise<Trained> {
  const network = await readNetwork(files, card.network.activation)
  const rows = llmRows(network)
  const shape = { regions, embedding: card.encoder.dimension, llms: card.llms.length, row: rows.columns }
  return { network, rows, evidence: readEvidence(files, shape) }
}
