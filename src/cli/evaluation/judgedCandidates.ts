import { ownDeviation } from '../../calibration/interval.js'
import type { Card } from '../../card.js'
import { LLimitError } from '../../errors.js'
import type { JudgedCandidate, JudgedCandidates } from '../../evaluate/decisions/judgedChoice.js'
import { placesOf, startsOf } from '../../metrics/scoredOutcomes.js'
import type { Floats } from '../../metrics/scoredOutcomes.js'
import { at, valueAt } from '../../numeric/at.js'
import { isCounted, llmOf, tokensOf } from '../../outcomes/outcomes.js'
import type { Outcomes } from '../../outcomes/outcomes.js'
import { candidateNamed } from '../../selection/ranking.js'
import type { RankAnswer, RankCandidate } from '../../selection/ranking.js'
import type { SelectionService } from '../../selection/service.js'
import type { Terminal } from '../commandLine/terminal.js'

/** Training prompts of a source that say what the means of LLMs are; more are taken at equal steps. */
const MAX_PROMPTS = 200

/** Training prompts per call: each answer has all LLMs. */
const PROMPTS_PER_CALL = 64

interface DecisionData {
  model: string
  card: Card
  /** Of LLMs that the model knows. */
  outcomes: Outcomes
  training: Outcomes
  /** [N] what kNN predicts for the outcomes. */
  nearest: Floats
}

/** What decisions are measured on. */
interface PricedPrompts {
  /** Those with two candidates or more. */
  prompts: JudgedCandidates[]
  /** LLMs of the outcomes that have no known cost. */
  unpriced: string[]
  pricesAsOf: RankAnswer['prices_as_of']
}

/**
 * The LLMs that were judged on each prompt and have a known cost, as /rank sees them and as they turned out. An answer cost what
 * /rank says of one of its counted length; one that was not counted, what /rank expects.
 * @throws LLimitError INVALID_ARGUMENT if the model knows nothing of lengths, or if no prompt has two candidates.
 */
export async function pricedPrompts(
  selection: Pick<SelectionService, 'rank'>,
  { model, card, outcomes, training, nearest }: DecisionData,
  terminal: Pick<Terminal, 'progress'>,
): Promise<PricedPrompts> {
  const { evidence } = card
  if (evidence === undefined || card.lengths === undefined) {
    const problem = `expected a model that was trained on the lengths of answers, which costs need, got ${model}`
    throw new LLimitError('INVALID_ARGUMENT', `--model: ${problem}`)
  }
  let pricesAsOf: RankAnswer['prices_as_of'] | undefined
  const rank: Rank = async (prompts, candidates) => {
    const answer = await selection.rank(requestOf(model, prompts, candidates))
    pricesAsOf = answer.prices_as_of
    return answer
  }
  const judged = [...new Set(Array.from(outcomes.llm.keys(), (i) => llmOf(outcomes, i)))].sort()
  const means = await terminal.progress('means', (onProgress) =>
    meansOf(rank, judged, sampleOf(training.prompts), onProgress),
  )
  const starts = startsOf({ prompts: outcomes.prompts.length, prompt: outcomes.prompt })
  const prompts = await terminal.progress('decisions', async (onProgress) => {
    const found: JudgedCandidates[] = []
    for (const [p, { text }] of outcomes.prompts.entries()) {
      const places = new Map(placesOf(starts, p).map((i) => [llmOf(outcomes, i), i]))
      const known = await knownOn(rank, text, places, outcomes)
      const candidates = known.flatMap(({ llm, evidence: ofKind, ...own }): JudgedCandidate[] => {
        const [place, mean] = [valueAt(places, llm), means.get(llm)]
        if (mean === undefined) return []
        const standardError = ownDeviation(evidence.interval, ofKind)
        const outcome = { score: at(outcomes.score, place), nearest: at(nearest, place) }
        return [{ llm, ...own, standardError, mean, ...outcome }]
      })
      if (candidates.length > 1) found.push(candidates)
      onProgress(p + 1, outcomes.prompts.length)
    }
    return found
  })
  if (prompts.length === 0 || pricesAsOf === undefined) {
    throw new LLimitError(
      'INVALID_ARGUMENT',
      'expected a prompt with outcomes of two LLMs whose prices are known, got none',
    )
  }
  return { prompts, unpriced: judged.filter((llm) => !means.has(llm)), pricesAsOf }
}

type Rank = (prompts: readonly string[], candidates: readonly RankCandidate[]) => Promise<RankAnswer>

/** What is known of the judged LLMs of a prompt, those of known cost. */
async function knownOn(rank: Rank, text: string, places: ReadonlyMap<string, number>, outcomes: Outcomes) {
  const counted = (llm: string) => {
    const tokens = tokensOf(outcomes, valueAt(places, llm))
    return isCounted(tokens) ? tokens : null
  }
  const llms = [...places.keys()]
  const expected = await rank(
    [text],
    llms.map((llm) => candidateNamed(llm)),
  )
  const turnedOut = await rank(
    [text],
    llms.map((llm) => candidateNamed(llm, counted(llm))),
  )
  const paidOf = new Map(at([...turnedOut.prompts], 0).ranked.map(({ llm, cost }) => [llm, cost]))
  return at([...expected.prompts], 0).ranked.flatMap(({ llm, probability, evidence, cost }) => {
    const paid = paidOf.get(llm)
    if (cost === null || evidence === null || paid === undefined || paid === null) return []
    return [{ llm, probability, evidence, cost, paid }]
  })
}

/** LLM -> its means over prompts, sources weighing the same; only of those of known cost. */
async function meansOf(
  rank: Rank,
  llms: readonly string[],
  sample: readonly { text: string; weight: number }[],
  onProgress: (done: number, total: number) => void,
): Promise<Map<string, JudgedCandidate['mean']>> {
  const sums = new Map<string, { probability: number; cost: number; weight: number }>()
  for (let from = 0; from < sample.length; from += PROMPTS_PER_CALL) {
    const chunk = sample.slice(from, from + PROMPTS_PER_CALL)
    const answer = await rank(
      chunk.map(({ text }) => text),
      llms.map((llm) => candidateNamed(llm)),
    )
    for (const [p, { ranked }] of [...answer.prompts].entries()) {
      const { weight } = at(chunk, p)
      for (const { llm, probability, cost } of ranked) {
        if (cost === null) continue
        const sum = sums.get(llm) ?? { probability: 0, cost: 0, weight: 0 }
        sum.probability += weight * probability
        sum.cost += weight * cost
        sum.weight += weight
        sums.set(llm, sum)
      }
    }
    onProgress(from + chunk.length, sample.length)
  }
  const entries = [...sums].map(
    ([llm, { probability, cost, weight }]) =>
      [llm, { probability: probability / weight, cost: cost / weight }] as const,
  )
  return new Map(entries)
}

/** At most MAX_PROMPTS of each source, which weigh 1 together. */
function sampleOf(prompts: Outcomes['prompts']): { text: string; weight: number }[] {
  return [...new Set(prompts.map(({ source }) => source))].flatMap((wanted) => {
    const own = prompts.filter(({ source }) => source === wanted)
    const step = Math.max(1, own.length / MAX_PROMPTS)
    const chosen = Array.from({ length: Math.floor(own.length / step) }, (_, i) =>
      at(own, Math.floor(i * step)),
    )
    return chosen.map(({ text }) => ({ text, weight: 1 / chosen.length }))
  })
}

function requestOf(model: string, prompts: readonly string[], candidates: readonly RankCandidate[]) {
  return {
    model,
    prompts,
    exactNames: true,
    candidates,
    objective: { type: 'best' },
    current: undefined,
    outcomes: new Map<string, number>(),
    outputTokens: null,
    top: undefined,
  } as const
}
