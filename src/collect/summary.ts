import { aligned } from '../evaluate/table.js'
import { mean } from '../numeric/mean.js'
import { tally } from '../numeric/tally.js'
import type { Agreement } from './agreement.js'
import type { Ending } from './collect.js'
import type { Grading } from './grading.js'
import type { Log } from './log.js'
import { scoreOf } from './outcomeRows.js'
import type { Task } from './task.js'

/** Failures that the terminal shows; nobody reads the rest. */
const MAX_SHOWN = 5

interface LlmSummary {
  llm: string
  answers: number
  /** Answers that the endpoint has cut off at a number of tokens. */
  cut: number
  /** Answers with a score, and the mean of it; null without any. */
  graded: number
  score: number | null
  /** Mean of output tokens; null if the endpoint counts none. */
  tokens: number | null
  /** Dollars of the answers; null if no price is known. */
  cost: number | null
  /** Share of its comparisons that it wins, ties as halves; null without any. */
  wins: number | null
}

/** What a folder has, and how the last run has ended. */
export interface Summary {
  prompts: number
  llms: LlmSummary[]
  /** Answers that this run has asked for. */
  asked: number
  /** Answers that are not there, of the LLMs of this run. */
  missing: number
  /** Dollars of all runs, judges included, as far as prices are known. */
  cost: number
  isCapped: boolean
  failures: readonly { llm: string; where: string; message: string }[]
  comparisons: { compared: number; consistent: number } | null
  agreement: Agreement | null
}

interface Collected {
  log: Log
  grading: Grading
  tasks: readonly Task[]
  /** Of this run. */
  llms: readonly string[]
  agreement: Agreement | undefined
}

export function summarize({ log, grading, tasks, llms, agreement }: Collected, ending: Ending): Summary {
  const names = new Set([...llms, ...tasks.flatMap(({ key }) => log.answersTo(key).map(({ llm }) => llm))])
  const pairs = tasks.flatMap((task) =>
    grading.graderOf(task) === 'pairwise' ? log.comparisonsOf(task.key, grading.comparerOf(task).id) : [],
  )
  const all = [...names].map((llm): LlmSummary => {
    const answered = tasks.flatMap((task) => {
      const answer = log.answer(task.key, llm)
      return answer === undefined ? [] : [{ task, answer }]
    })
    const scores = answered.flatMap(({ task, answer }) =>
      grading.graderOf(task) === 'pairwise' ? [] : (scoreOf(log, grading, task, answer) ?? []),
    )
    const wins = pairs.flatMap(({ model_a, model_b, verdict }) => {
      if (llm !== model_a && llm !== model_b) return []
      return verdict === 'tie' ? 0.5 : Number(llm === (verdict === 'model_a' ? model_a : model_b))
    })
    const costs = answered.flatMap(({ answer: { cost } }) => cost ?? [])
    return {
      llm,
      answers: answered.length,
      cut: answered.filter(({ answer: { cut } }) => cut).length,
      graded: scores.length,
      score: meanOrNull(scores),
      tokens: meanOrNull(answered.flatMap(({ answer }) => answer.output_tokens ?? [])),
      cost: costs.length === 0 ? null : costs.reduce((sum, cost) => sum + cost),
      wins: meanOrNull(wins),
    }
  })
  const { asked, isCapped, failures } = ending
  const present = all.filter(({ llm }) => llms.includes(llm)).reduce((sum, { answers }) => sum + answers, 0)
  return {
    prompts: tasks.length,
    llms: all,
    asked,
    missing: tasks.length * llms.length - present,
    cost: log.cost,
    isCapped,
    failures: failures.all,
    comparisons:
      pairs.length === 0
        ? null
        : { compared: pairs.length, consistent: pairs.filter(({ consistent }) => consistent).length },
    agreement: agreement ?? null,
  }
}

function meanOrNull(values: readonly number[]): number | null {
  return values.length === 0 ? null : mean(values)
}

/** The summary as the terminal shows it. */
export function linesOf(summary: Summary): string[] {
  const { llms, failures, comparisons, agreement, cost } = summary
  const shown = (value: number | null, digits: number) => (value === null ? '–' : value.toFixed(digits))
  const hasWins = comparisons !== null
  const table = aligned([
    [
      '',
      'answers',
      'cut off',
      'graded',
      'mean score',
      ...(hasWins ? ['wins'] : []),
      'mean tokens',
      'cost in $',
    ],
    ...llms.map((one) => [
      one.llm,
      String(one.answers),
      String(one.cut),
      String(one.graded),
      shown(one.score, 3),
      ...(hasWins ? [shown(one.wins, 3)] : []),
      shown(one.tokens, 0),
      shown(one.cost, 4),
    ]),
  ])
  const messages = [...tally(failures.map(({ message }) => message))]
  return [
    ...table,
    `cost of all runs in this folder, judges included: $${cost.toFixed(4)}`,
    ...(comparisons === null
      ? []
      : [
          `comparisons: ${comparisons.compared}, ${comparisons.consistent} with the same verdict in both orders`,
        ]),
    ...(agreement === null ? [] : [agreementLine(agreement)]),
    ...messages.slice(0, MAX_SHOWN).map(([message, times]) => `failed ${times} x: ${message}`),
    ...(messages.length > MAX_SHOWN ? [`and ${messages.length - MAX_SHOWN} other failures`] : []),
  ]
}

function agreementLine({ graded, agreement, kappa }: Agreement): string {
  const words = kappa === null ? 'no kappa, since both say the same of all' : `kappa ${kappa.toFixed(3)}`
  return `second grader: agrees on ${(100 * agreement).toFixed(1)} % of ${graded}, ${words}`
}
