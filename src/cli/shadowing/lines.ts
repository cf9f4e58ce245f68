import type { Comparison, LlmOutcomes } from '../../evaluate/shadow/compareOutcomes.js'
import type { Recommendation, Verdict } from '../../evaluate/shadow/recommend.js'
import type { ShadowSummary } from '../../evaluate/shadow/summarizeShadow.js'
import { aligned } from '../../evaluate/table.js'

const MAX_LLMS = 8

const ADVICE: Record<Verdict, string> = {
  activate: 'activate it',
  keep: 'do not activate it',
  either: 'no difference that matters',
  wait: 'wait',
  mend: 'mend it first',
}

/** What a shadow was found to do otherwise, line by line. */
export function shadowLines(summary: ShadowSummary, { verdict, reason }: Recommendation): string[] {
  const { live, shadow, from, to, prompts, dropped, failed, ms, ranks, difference, familiarity } = summary
  const each = ms === null ? '' : `; ${ms.toFixed(2)} ms each`
  return [
    `${live} (live) and ${shadow} (shadow), ${minute(from)} to ${minute(to)}`,
    `${prompts} prompts compared, ${dropped} dropped for want of time, ${failed} failed${each}`,
    ...(ranks === null ? [] : rankLines(ranks)),
    ...(difference === null ? [] : differenceLines(difference, summary.llms)),
    ...(familiarity === null ? [] : [familiarityLine(familiarity)]),
    '',
    ...outcomeLines(summary.outcomes),
    '',
    `recommendation: ${ADVICE[verdict]}: ${reason}`,
  ]
}

function rankLines({
  prompts,
  flips,
  margins,
  changes,
  rankCorrelation,
}: NonNullable<ShadowSummary['ranks']>) {
  const { value, low, high } = flips
  const by =
    margins === null
      ? ''
      : `; there the shadow finds its own ${margins.shadow.toFixed(3)} better, the live version its own ${margins.live.toFixed(3)}`
  return [
    `best LLM differs on ${percent(value)} (${percent(low)} to ${percent(high)}) of ${prompts} prompts of several LLMs${by}`,
    ...changes.map(({ from, to, prompts: n }) => `  ${n} x ${from} -> ${to}`),
    ...(rankCorrelation === null
      ? []
      : [
          `rank correlation of the LLMs of a prompt (Spearman): median ${rankCorrelation.median.toFixed(3)}, of one prompt in twenty below ${rankCorrelation.lowest5.toFixed(3)}`,
        ]),
  ]
}

function differenceLines(
  { absolute, mean }: NonNullable<ShadowSummary['difference']>,
  llms: ShadowSummary['llms'],
): string[] {
  const rows = llms
    .slice(0, MAX_LLMS)
    .map((own) => [`  ${own.llm}`, `${own.prompts} prompts`, signed(own.difference), own.absolute.toFixed(3)])
  return [
    `probabilities: mean absolute difference ${absolute.toFixed(3)}, shadow - live ${signed(mean)}; LLMs that differ most (shadow - live, absolute):`,
    ...aligned(rows),
  ]
}

function familiarityLine({ live, shadow }: NonNullable<ShadowSummary['familiarity']>): string {
  const change = (before: string, after: string) => `${before} -> ${after}`
  return (
    `familiarity: median ${change(live.median.toFixed(2), shadow.median.toFixed(2))}, ` +
    `below 0.05 ${change(percent(live.rare), percent(shadow.rare))} (expected: 5 %)`
  )
}

function outcomeLines(outcomes: ShadowSummary['outcomes']): string[] {
  if (outcomes === null) return ['fewer than two outcomes were reported']
  const { log_loss, brier, calibration_error } = outcomes.measures
  const row = (title: string, { live, shadow, difference }: Comparison) => [
    title,
    live.value.toFixed(4),
    shadow.value.toFixed(4),
    `${signed(difference.value, 4)} (${signed(difference.low, 4)} to ${signed(difference.high, 4)})`,
  ]
  return [
    ...aligned([
      [`${outcomes.outcomes} outcomes`, 'live', 'shadow', 'difference (95 %, paired)'],
      row('log loss', log_loss),
      row('Brier score', brier),
      row('calibration error', calibration_error),
    ]),
    'log loss by LLM:',
    ...aligned(outcomes.llms.slice(0, MAX_LLMS).map(llmRow)),
  ]
}

function llmRow({ llm, outcomes, live, shadow, standardError }: LlmOutcomes): string[] {
  const error = Number.isFinite(standardError) ? ` (standard error ${standardError.toFixed(4)})` : ''
  return [
    `  ${llm}`,
    `${outcomes} outcomes`,
    live.toFixed(4),
    shadow.toFixed(4),
    signed(shadow - live, 4) + error,
  ]
}

/** `2026-11-26 15:20` */
function minute(time: string): string {
  return time.slice(0, 16).replace('T', ' ')
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

function signed(value: number, digits = 3): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(digits)}`
}
