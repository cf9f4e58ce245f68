import type { Grading } from './grading.js'
import type { Answer, Log } from './log.js'
import type { Task } from './task.js'

/** A line of the outcomes file. */
interface OutcomeLine {
  prompt: string
  source?: string
  category?: string
  split?: string
  scores: Record<string, number>
  tokens?: Record<string, number>
}

/** A line of the file of comparisons. */
interface ComparisonLine {
  prompt: string
  source?: string
  category?: string
  split?: string
  model_a: string
  model_b: string
  winner: string
  /** Whether both orders have the same verdict; `train` reads over it. */
  consistent: boolean
}

/**
 * The score of an answer: what the log has of graders that take time or money; else computed. Undefined if the log has none yet, or
 * if it takes too long.
 */
export function scoreOf(log: Log, grading: Grading, task: Task, { llm, text }: Answer): number | undefined {
  const scorer = grading.scorerOf(task)
  if (scorer.isKept) return log.grade(task.key, llm, scorer.id)?.score
  try {
    return scorer.score(text)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** All that the log knows of the prompts, in the form that `train` and `add-llm` read. */
export function* outcomeRows(log: Log, grading: Grading, tasks: readonly Task[]): Generator<OutcomeLine> {
  for (const task of tasks) {
    if (grading.graderOf(task) === 'pairwise') continue
    const scored = log.answersTo(task.key).flatMap((answer) => {
      const score = scoreOf(log, grading, task, answer)
      return score === undefined ? [] : [{ answer, score }]
    })
    if (scored.length === 0) continue
    const tokens = scored.flatMap(({ answer: { llm, output_tokens: n } }) =>
      n === undefined ? [] : [[llm, n] as const],
    )
    yield {
      prompt: task.prompt,
      ...task.labels,
      scores: Object.fromEntries(scored.map(({ answer, score }) => [answer.llm, score])),
      ...(tokens.length > 0 && { tokens: Object.fromEntries(tokens) }),
    }
  }
}

/** The comparisons of the log by this grading, in the form that `train` reads. */
export function* comparisonRows(
  log: Log,
  grading: Grading,
  tasks: readonly Task[],
): Generator<ComparisonLine> {
  for (const task of tasks) {
    if (grading.graderOf(task) !== 'pairwise') continue
    const { id } = grading.comparerOf(task)
    for (const { model_a, model_b, verdict, consistent } of log.comparisonsOf(task.key, id))
      yield { prompt: task.prompt, ...task.labels, model_a, model_b, winner: verdict, consistent }
  }
}
