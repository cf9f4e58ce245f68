import { deviationsOf } from '../calibration/interval.js'
import type { Level } from '../calibration/level.js'
import type { Placement } from '../calibration/regions.js'
import { EVIDENCE_FILE } from '../card.js'
import type { Card, EvidenceSpec } from '../card.js'
import { LLimitError } from '../errors.js'
import { valueAt } from '../numeric/at.js'
import type { Matrix } from '../numeric/matrix.js'
import { readCheckedFiles } from '../scorer/files.js'
import { checkedTensors } from '../tensor/checkedTensors.js'
import { nextTurn } from '../thread/turns.js'
import { fastRegions } from './fastRegions.js'

/** What the training data of a saved model says, in memory. M LLMs, R regions. */
export interface Evidence {
  /** [R, E] of the regions, each of unit length. */
  centroids: Matrix
  /** Finds the region and the familiarity of a prompt by its vector [E]. */
  placeOf: (vector: Float32Array) => Placement
  /** [R] category of each region, '' for none; undefined if the card does not name them. */
  categories: readonly string[] | undefined
  /** [M, R] outcomes of each LLM on the category of each region; in the region itself if they are not named. */
  outcomes: Matrix
  /** [M, R] sums of their scores; undefined in saved models made before they were kept. */
  successes: Matrix | undefined
  /** Of the logits of unfamiliar prompts; undefined: they count in full. */
  level: Level | undefined
  interval: EvidenceSpec['interval']
  /** Standard deviations on either side that the interval's level asks for. */
  deviations: number
}

/**
 * Reads the evidence file of a saved model and holds it to its checksum and to the card.
 * @returns undefined for a saved model whose card has no evidence.
 * @throws LLimitError MODEL_BROKEN, naming the tensor or field that does not match.
 */
export async function readEvidence(directory: string, card: Card): Promise<Evidence | undefined> {
  if (card.evidence === undefined) return undefined
  const { regions: R, familiarity, interval, categories, level, outcomes: counts } = card.evidence
  const M = card.llms.length
  if (categories !== undefined && categories.length !== R) {
    throw mismatch(
      `expected ${R} evidence.categories in card.json, one for each region, got ${categories.length}`,
    )
  }
  if (counts.length !== M)
    throw mismatch(`expected ${M} evidence.outcomes in card.json, one for each LLM, got ${counts.length}`)
  const E = card.encoder.dimension
  const { has, matrix } = checkedTensors(await readFile(directory, card), EVIDENCE_FILE)
  checkFamiliarity(familiarity)
  const centroids = matrix('centroids', [R, E])
  // What comes takes as many milliseconds of the thread that answers as what went before.
  await nextTurn()
  return {
    centroids,
    placeOf: fastRegions({ centroids, familiarity }),
    categories,
    outcomes: matrix('outcomes', [M, R], 0),
    successes: has('successes') ? matrix('successes', [M, R], 0) : undefined,
    level,
    interval,
    deviations: deviationsOf(interval.level),
  }
}

async function readFile(directory: string, { files }: Card): Promise<Uint8Array> {
  const sha256 = files[EVIDENCE_FILE]
  if (sha256 === undefined) throw mismatch('expected card.json to name the file, since it has evidence')
  const read = await readCheckedFiles({ directory, files: { [EVIDENCE_FILE]: sha256 } })
  return valueAt(read, EVIDENCE_FILE)
}

/** Quantiles that fall would place a prompt twice. */
function checkFamiliarity(quantiles: readonly number[]): void {
  let highest = -Infinity
  for (const [i, quantile] of quantiles.entries()) {
    if (quantile < highest) {
      throw mismatch(
        `expected evidence.familiarity[${i}] of card.json to be at least ${highest}, got ${quantile}`,
      )
    }
    highest = quantile
  }
}

function mismatch(message: string): LLimitError {
  return new LLimitError('MODEL_BROKEN', `${EVIDENCE_FILE} does not match: ${message}`)
}
