import { logistic } from '../../numeric/logistic.js'
import { logitOf, UNCALIBRATED } from '../../calibration/probability.js'
import type { Placement } from '../../calibration/regions.js'
import { EVIDENCE_FILE } from '../../card.js'
import type { Card, EvidenceSpec } from '../../card.js'
import { LLimitError } from '../../errors.js'
import type { Report } from '../../feedback/report.js'
import { at, valueAt } from '../../numeric/at.js'
import { rowOf, stackRows } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'
import type { CardContents } from '../../savedModel/writeSavedModel.js'
import { writeNetwork } from '../../scorer/writeNetwork.js'
import type { ModelFiles } from '../../tensor/layersModel.js'
import { writeEvidence } from '../export/evidenceFile.js'
import { readTrained } from '../export/readTrained.js'
import { contentsOf, factorsOf, placesOf } from '../newLlm/addLlm.js'
import { countByRegion, sumByRegion } from '../newLlm/outcomesByRegion.js'
import { driftOf } from './drift.js'
import type { Drift } from './drift.js'
import { heldOutGain } from './heldOutGain.js'
import type { HeldOutGain } from './heldOutGain.js'
import { changeOf } from './levelChange.js'
import type { LevelChange } from './levelChange.js'
import { reportsByLlm } from './llmReports.js'
import { withLevels } from './withLevels.js'

/** Outcomes of an LLM from which on a level is fitted to them. */
const MIN_OUTCOMES = 10

interface LearnRequest {
  /** As reports name it. */
  model: string
  card: Card
  /** All files of the saved model but its card. */
  files: ModelFiles
  reports: readonly Report[]
  /** [R, E] of the reference prompts of the card */
  reference: Matrix
}

export interface Learned {
  /** Of each LLM with enough outcomes; its delta is 0 if it is as it was. */
  levels: LevelChange[]
  /** On the outcomes of LLMs that have changed; undefined if there are none. */
  gain: HeldOutGain | undefined
  drift: Drift
  /** [n] of the prompts of the reports, and what each region is called: its category, or its number. */
  places: readonly Placement[]
  categoryOf: (place: Placement) => string
  /** The next version of the saved model. */
  write: () => Promise<{ card: CardContents; files: ReadonlyMap<string, Uint8Array> }>
}

/**
 * Fits a level for each LLM to its reported outcomes: a number that is added to all its logits. The rest of the network stays as it
 * is. A TensorFlow.js backend must have been started.
 * @throws LLimitError INVALID_ARGUMENT for a model without evidence or probabilities, or without outcomes; MODEL_BROKEN if its
 * files do not match each other.
 */
export async function learnLevels({
  model,
  card,
  files,
  reports,
  reference,
}: LearnRequest): Promise<Learned> {
  const spec = assertLearnable(card, reports)
  const { network, evidence } = await readTrained(files, card, spec)
  const embeddings = stackRows(
    reports.map(({ embedding }) => embedding),
    card.encoder.dimension,
  )
  const places = placesOf(embeddings, evidence.centroids, spec)
  const llms = reportsByLlm({ model, card, network }, reports, places, MIN_OUTCOMES)
  const levels = llms.map(changeOf)
  const changed = llms.filter((_, i) => at(levels, i).delta !== 0)
  const deltas = new Map(levels.filter(({ delta }) => delta !== 0).map(({ llm, delta }) => [llm, delta]))

  const write = async () => {
    const { slope } = card.calibration ?? UNCALIBRATED
    const raised = withLevels(
      network,
      new Map(changed.map(({ llm, row }) => [row, valueAt(deltas, llm) / slope])),
    )
    const counts = copyOf(evidence.outcomes)
    const successes = evidence.successes && copyOf(evidence.successes)
    const outcomes = [...spec.outcomes]
    for (const { row, reports: own, places: ofLlm } of changed) {
      // Those of earlier versions may have been counted when this one was made.
      const fresh = [...own.entries()].filter(
        ([, { model: asked, version }]) => asked === model && version === card.version,
      )
      const freshPlaces = fresh.map(([i]) => at(ofLlm, i))
      const scores = fresh.map(([, { score }]) => score)
      addTo(rowOf(counts, row), countByRegion(freshPlaces, spec))
      if (successes !== undefined) addTo(rowOf(successes, row), sumByRegion(freshPlaces, scores, spec))
      outcomes[row] = at(outcomes, row) + fresh.length
    }
    const factors = factorsOf(placesOf(reference, evidence.centroids, spec), spec)
    return {
      card: {
        ...contentsOf(card),
        evidence: { ...spec, outcomes },
        reference: { ...card.reference, scores: referenceScores(card, deltas, factors) },
      },
      files: new Map([
        ...files,
        ...(await writeNetwork(raised)),
        [EVIDENCE_FILE, writeEvidence({ ...evidence, outcomes: counts, successes })] as const,
      ]),
    }
  }
  return {
    levels,
    gain: changed.length === 0 ? undefined : heldOutGain(changed),
    drift: driftOf(places.map(({ familiarity }) => familiarity)),
    places,
    categoryOf: ({ region }) => nameOfRegion(region, spec),
    write,
  }
}

function copyOf(matrix: Matrix): Matrix {
  return { ...matrix, data: matrix.data.slice() }
}

function addTo(sums: Float32Array, values: Float32Array): void {
  sums.forEach((sum, i) => (sums[i] = sum + at(values, i)))
}

function nameOfRegion(region: number, { categories }: EvidenceSpec): string {
  const category = categories === undefined ? '' : at(categories, region)
  return category === '' ? `region ${region}` : category
}

/** @returns the evidence of the card, which a model that was trained here has. */
function assertLearnable({ output, evidence }: Card, reports: readonly Report[]): EvidenceSpec {
  if (output !== 'probability' || evidence === undefined) {
    const got = output === 'margin' ? 'gives margins' : 'has no evidence'
    const message = `expected a model that was trained here and gives probabilities, got one that ${got}`
    throw new LLimitError('INVALID_ARGUMENT', message)
  }
  if (reports.length > 0) return evidence
  throw new LLimitError('INVALID_FILE', 'expected outcomes that can be learned from, got none')
}

/**
 * [LLMs][prompts] as the next version serves them.
 * @param factors [prompts] of the logits
 */
function referenceScores(
  { reference: { llms, scores } }: Card,
  deltas: ReadonlyMap<string, number>,
  factors: Float32Array,
): number[][] {
  return llms.map((llm, m) => {
    const delta = deltas.get(llm)
    const own = at(scores, m)
    if (delta === undefined) return own
    return own.map((score, p) => logistic(logitOf(score) + at(factors, p) * delta))
  })
}
