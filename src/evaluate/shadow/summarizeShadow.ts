import type { Estimate } from '../../metrics/bootstrap.js'
import { shareOf } from '../../metrics/wilson.js'
import { valueAt } from '../../numeric/at.js'
import { mean } from '../../numeric/mean.js'
import { quantileOf } from '../../numeric/quantile.js'
import { tally as countsOf } from '../../numeric/tally.js'
import { compareOutcomes } from './compareOutcomes.js'
import type { ComparedOutcomes } from './compareOutcomes.js'
import type { ShadowTally } from './shadowTally.js'

/** Familiarity below this is rare among prompts like those of the training. */
const RARE = 0.05

/** How much alike the order of LLMs is, over prompts of several. */
interface Ranks {
  prompts: number
  /** How often the best LLM differs. */
  flips: Estimate
  /** On those prompts, by how much each one finds its own better; null if there are none. */
  margins: { live: number; shadow: number } | null
  /** The most frequent changes of the best LLM. */
  changes: { from: string; to: string; prompts: number }[]
  /** Spearman's, over the prompts that have one; null if none has. */
  rankCorrelation: { median: number; lowest5: number } | null
}

interface LlmDifference {
  llm: string
  prompts: number
  /** Of shadow - live. */
  difference: number
  absolute: number
}

export interface ShadowSummary {
  live: string
  shadow: string
  from: string
  to: string
  prompts: number
  dropped: number
  failed: number
  /** That a prompt took, in the mean; null without prompts. */
  ms: number | null
  ranks: Ranks | null
  /** Mean over prompts of the mean over their LLMs; null without prompts. */
  difference: { absolute: number; mean: number } | null
  /** The most different first. */
  llms: LlmDifference[]
  familiarity: Record<'live' | 'shadow', { median: number; rare: number }> | null
  outcomes: ComparedOutcomes | null
}

const MAX_CHANGES = 5

export function summarizeShadow(tally: ShadowTally): ShadowSummary {
  const { head, prompts, dropped, failed, ms } = tally
  const nameOf = ({ model, version }: { model: string; version: number }) => `${model}@${version}`
  const llms = [...tally.llms].map(([llm, { prompts: n, sum, absolute }]) => ({
    ...{ llm, prompts: n, difference: sum / n, absolute: absolute / n },
  }))
  const { live, shadow } = tally.familiarity
  return {
    live: nameOf(head.live),
    shadow: nameOf(head.shadow),
    from: new Date(tally.from).toISOString(),
    to: new Date(tally.to).toISOString(),
    ...{ prompts, dropped, failed },
    ms: prompts === 0 ? null : ms / prompts,
    ranks: tally.ranked === 0 ? null : ranksOf(tally),
    difference: prompts === 0 ? null : { absolute: mean(tally.differences), mean: mean(tally.shifts) },
    llms: llms.sort((a, b) => b.absolute - a.absolute),
    familiarity: live.length === 0 ? null : { live: familiarityOf(live), shadow: familiarityOf(shadow) },
    outcomes: compareOutcomes(tally) ?? null,
  }
}

function ranksOf({ ranked, flips, rankCorrelations }: ShadowTally): Ranks {
  const changeOf = ({ from, to }: { from: string; to: string }) => JSON.stringify([from, to])
  const first = new Map(flips.map((flip) => [changeOf(flip), flip]))
  const counts = [...countsOf(flips.map(changeOf))].sort(([, a], [, b]) => b - a)
  return {
    prompts: ranked,
    flips: shareOf(flips.length, ranked),
    margins:
      flips.length === 0
        ? null
        : {
            live: mean(flips.map(({ byLive }) => byLive)),
            shadow: mean(flips.map(({ byShadow }) => byShadow)),
          },
    changes: counts.slice(0, MAX_CHANGES).map(([change, n]) => {
      const { from, to } = valueAt(first, change)
      return { from, to, prompts: n }
    }),
    rankCorrelation:
      rankCorrelations.length === 0
        ? null
        : { median: quantileOf(rankCorrelations, 0.5), lowest5: quantileOf(rankCorrelations, 0.05) },
  }
}

function familiarityOf(values: readonly number[]): { median: number; rare: number } {
  return {
    median: quantileOf(values, 0.5),
    rare: values.filter((value) => value < RARE).length / values.length,
  }
}
