import { EVIDENCE_FILE } from '../card.js'
import type { Card, Evidence as EvidenceSpec } from '../card.js'
import { LLimitError } from '../errors.js'
import { deviationsOf } from '../calibration/interval.js'
import type { Regions } from '../calibration/regions.js'
import { readCheckedFiles } from '../scorer/files.js'
import { readSafetensors } from '../tensor/readSafetensors.js'

/** What the training data of a saved model knows, in memory. M LLMs, R regions. */
export interface Evidence {
  regions: Regions
  /** [M, R] outcomes of each LLM in each region. */
  outcomes: Float32Array
  interval: EvidenceSpec['interval']
  /** Standard deviations on either side that the interval's level asks for. */
  deviations: number
}

/**
 * Reads the evidence file of a saved model and holds it to its checksum and to the card.
 * @returns undefined for a saved model whose card has no evidence.
 * @throws LLimitError MODEL_BROKEN, naming the tensor or field that does not fit.
 */
export async function readEvidence(directory: string, card: Card): Promise<Evidence | undefined> {
  if (card.evidence === undefined) return undefined
  const { regions: R, familiarity, interval } = card.evidence
  const bytes = await readFile(directory, card)
  const tensors = readSafetensors(bytes)
  const floats = (name: string, shape: readonly number[]) => {
    const tensor = tensors.get(name)
    const found = tensor === undefined ? 'no such tensor' : `[${tensor.shape.join(', ')}]`
    if (found === `[${shape.join(', ')}]` && tensor !== undefined) return tensor.data
    throw misfit(`tensor "${name}" of shape [${shape.join(', ')}] expected, found ${found}`)
  }
  checkFamiliarity(familiarity)
  return {
    regions: { count: R, centroids: floats('centroids', [R, card.encoder.dimension]), familiarity },
    outcomes: floats('outcomes', [card.llms.length, R]),
    interval,
    deviations: deviationsOf(interval.level),
  }
}

async function readFile(directory: string, { files }: Card): Promise<Uint8Array> {
  const sha256 = files[EVIDENCE_FILE]
  if (sha256 === undefined) throw misfit('card.json has evidence and does not name the file')
  const read = await readCheckedFiles({ directory, files: { [EVIDENCE_FILE]: sha256 } })
  return read.get(EVIDENCE_FILE) ?? new Uint8Array()
}

/** Quantiles that fall would give a prompt two places. */
function checkFamiliarity(quantiles: readonly number[]): void {
  const fall = quantiles.findIndex((quantile, i) => quantile < (quantiles[i - 1] ?? -Infinity))
  if (fall !== -1) throw misfit(`evidence.familiarity of card.json falls at [${fall}]`)
}

function misfit(fault: string): LLimitError {
  return new LLimitError('MODEL_BROKEN', `${EVIDENCE_FILE} does not fit: ${fault}`)
}
