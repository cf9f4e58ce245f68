import { agreementOf, passes } from './agreement.js'
import type { Agreement } from './agreement.js'
import { pairsOf } from './graders/pairwise.js'
import type { Grading } from './grading.js'
import type { Log } from './log.js'
import { scoreOf } from './outcomeRows.js'
import { sampleOf } from './sample.js'
import type { Task } from './task.js'

/** One answer (`b` is empty) or two. */
interface Sampled {
  task: Task
  a: string
  b: string
}

/** A second grader for a sample of what the first one grades. */
export class SecondGrading {
  readonly grading: Grading
  readonly #first: Grading
  readonly #sample: readonly Sampled[]
  readonly #keys: ReadonlySet<string>

  /**
   * @param isPaired whether it compares answers; it is then given a sample of what the first one compares, else of what that scores
   * @throws LLimitError as `Grading.check` does, for what is sampled.
   */
  constructor(
    { first, second, isPaired }: { first: Grading; second: Grading; isPaired: boolean },
    {
      tasks,
      llms,
      size,
      pairsPerPrompt,
    }: {
      tasks: readonly Task[]
      llms: readonly string[]
      size: number
      pairsPerPrompt: number | undefined
    },
  ) {
    this.grading = second
    this.#first = first
    const own = tasks.filter((task) => (first.graderOf(task) === 'pairwise') === isPaired)
    const all = own.flatMap((task) =>
      isPaired
        ? pairsOf([...llms].sort(), pairsPerPrompt, task.key).map(([a, b]) => ({ task, a, b }))
        : llms.map((a) => ({ task, a, b: '' })),
    )
    this.#sample = sampleOf(all, size, identify)
    this.#keys = new Set(this.#sample.map(identify))
    for (const { task } of this.#sample) second.check(task)
  }

  hasAnswer(task: Task, llm: string): boolean {
    return this.#keys.has(identify({ task, a: llm, b: '' }))
  }

  hasPair(task: Task, [a, b]: readonly [string, string]): boolean {
    return this.#keys.has(identify({ task, a, b }))
  }

  /** Undefined if nothing of the sample is graded by both. */
  agreement(log: Log): Agreement | undefined {
    const pairs = this.#sample.flatMap((one) => {
      const [first, second] = [verdictIn(log, this.#first, one), verdictIn(log, this.grading, one)]
      return first === undefined || second === undefined ? [] : [[first, second] as const]
    })
    return pairs.length === 0 ? undefined : agreementOf(pairs)
  }
}

function verdictIn(log: Log, grading: Grading, { task, a, b }: Sampled): string | undefined {
  if (b !== '') return log.comparison(task.key, [a, b], grading.comparerOf(task).id)?.verdict
  const answer = log.answer(task.key, a)
  const score = answer === undefined ? undefined : scoreOf(log, grading, task, answer)
  return score === undefined ? undefined : passes(score)
}

function identify({ task, a, b }: Sampled): string {
  return JSON.stringify([task.key, a, b])
}
