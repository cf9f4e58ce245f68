import pLimit from 'p-limit'

import type { Asker } from './asker.js'
import { compare } from './comparing.js'
import type { Message } from './endpoint/completion.js'
import { Failures } from './failures.js'
import { pairsOf } from './graders/pairwise.js'
import type { Grading } from './grading.js'
import type { Answer, Log } from './log.js'
import type { SecondGrading } from './secondGrading.js'
import type { Task } from './task.js'

export interface Collection {
  tasks: readonly Task[]
  llms: readonly string[]
  /** Put before each prompt. */
  system: string | undefined
  asker: Asker
  log: Log
  grading: Grading
  second: SecondGrading | undefined
  /** Of LLMs on a prompt that is graded by pairs; undefined for all. */
  pairsPerPrompt: number | undefined
  /** Prompts that are worked on at once. */
  concurrency: number
  /** Aborted, with the reason, by `stop`. */
  signal: AbortSignal
  /** Begins nothing more. */
  stop: (reason: unknown) => void
  onProgress: (done: number, total: number) => void
  note: (line: string) => void
}

/** How a run has ended. */
export interface Ending {
  failures: Failures
  /** Whether the cap of costs left something out. */
  isCapped: boolean
  /** Answers that this run has asked for. */
  asked: number
}

/**
 * Asks each LLM each prompt and grades the answers, but for what the log has. A prompt is finished before much is begun on later ones,
 * so that a run that is capped or stopped leaves prompts with outcomes of all LLMs.
 * @throws what makes going on useless, when all that was under way has ended.
 */
export async function collect(collection: Collection): Promise<Ending> {
  const run = new Run(collection)
  const limit = pLimit(collection.concurrency)
  await limit.map(collection.tasks, (task) => run.task(task))
  if (run.reason !== undefined) throw run.reason
  return { failures: run.failures, isCapped: run.isCapped, asked: run.asked }
}

class Run {
  readonly failures: Failures
  isCapped = false
  asked = 0
  /** Why it was stopped. */
  reason: Error | undefined
  readonly #collection: Collection
  readonly #total: number
  #done = 0

  constructor(collection: Collection) {
    this.#collection = collection
    this.failures = new Failures((llm, message) =>
      collection.note(`${llm} is asked no more, it has failed several times in a row: ${message}`),
    )
    this.#total = collection.tasks.length * collection.llms.length
    collection.onProgress(this.#done, this.#total)
  }

  async task(task: Task): Promise<void> {
    const { llms, log, grading, second, pairsPerPrompt } = this.#collection
    const isPaired = grading.graderOf(task) === 'pairwise'
    const asked = llms.map(async (llm) => {
      const answer = await this.#answer(task, llm)
      if (answer !== undefined && !isPaired) await this.#gradeAll(task, answer)
      this.#collection.onProgress(++this.#done, this.#total)
    })
    await Promise.all(asked)
    // Those of earlier runs with other LLMs.
    const others = log.answersTo(task.key).filter(({ llm }) => !llms.includes(llm))
    if (!isPaired) {
      await Promise.all(others.map((answer) => this.#gradeAll(task, answer)))
      return
    }
    const answers = new Map(log.answersTo(task.key).map((answer) => [answer.llm, answer]))
    const names = [...answers.keys()].sort()
    const compared = pairsOf(names, pairsPerPrompt, task.key).map(async ([a, b]) => {
      const pair = [answers.get(a), answers.get(b)] as const
      const [one, other] = pair
      if (one === undefined || other === undefined) return
      await this.#compare(task, [one, other], grading)
      if (second?.hasPair(task, [a, b]) === true) await this.#compare(task, [one, other], second.grading)
    })
    await Promise.all(compared)
  }

  async #answer(task: Task, llm: string): Promise<Answer | undefined> {
    const { log, asker, system } = this.#collection
    const before = log.answer(task.key, llm)
    if (before !== undefined || this.#isOver(llm)) return before
    return this.#try(llm, task, async () => {
      const reply = await asker.ask(llm, messagesOf(task, system))
      if (reply === undefined) return undefined
      const { text, isCut: cut, inputTokens, outputTokens, cost, ms } = reply
      const answer: Answer = {
        ...{ kind: 'answer', prompt: task.key, llm, text, cut, ms },
        ...(inputTokens !== undefined && { input_tokens: inputTokens }),
        ...(outputTokens !== undefined && { output_tokens: outputTokens }),
        ...(cost !== undefined && { cost }),
      }
      await log.add(answer)
      this.asked++
      return answer
    })
  }

  async #gradeAll(task: Task, answer: Answer): Promise<void> {
    const { grading, second } = this.#collection
    await this.#grade(task, answer, grading)
    if (second?.hasAnswer(task, answer.llm) === true) await this.#grade(task, answer, second.grading)
  }

  async #grade(task: Task, { llm, text }: Answer, grading: Grading): Promise<void> {
    const { log } = this.#collection
    const scorer = grading.scorerOf(task)
    const grader = grading.graderName(task)
    if (!scorer.isKept) {
      // Computed again at the end; a pattern that takes too long is known now.
      await this.#try(grader, task, () => Promise.resolve({ score: scorer.score(text) }))
      return
    }
    if (log.grade(task.key, llm, scorer.id) !== undefined) return
    if (this.#isOver(grader)) return
    await this.#try(grader, task, async () => {
      const graded = await scorer.grade(text)
      if (graded === undefined) return undefined
      if (!('fault' in graded))
        await log.add({ kind: 'grade', prompt: task.key, llm, grader: scorer.id, ...graded })
      else await this.#lose(grader, task, graded)
      return graded
    })
  }

  async #compare(task: Task, pair: readonly [Answer, Answer], grading: Grading): Promise<void> {
    const { log } = this.#collection
    const { id } = grading.comparerOf(task)
    const grader = grading.graderName(task)
    if (log.comparison(task.key, [pair[0].llm, pair[1].llm], id) !== undefined || this.#isOver(grader)) return
    await this.#try(grader, task, async () => {
      const compared = await compare(task, pair, grading)
      if (compared === undefined) return undefined
      if (!('fault' in compared)) await log.add(compared)
      else await this.#lose(grader, task, compared)
      return compared
    })
  }

  #isOver(llm: string): boolean {
    return this.isCapped || this.#collection.signal.aborted || this.failures.isDropped(llm)
  }

  /** @param work gives undefined if the cap of costs does not allow it */
  async #try<T extends object>(
    llm: string,
    task: Task,
    work: () => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const { signal, stop } = this.#collection
    try {
      const result = await work()
      if (result === undefined) this.isCapped = true
      else if (!('fault' in result)) this.failures.worked(llm)
      return result
    } catch (error) {
      // What waited when the run was stopped has not failed itself.
      if (signal.aborted) return undefined
      try {
        this.failures.failed(llm, task.where, error)
      } catch {
        this.reason = error instanceof Error ? error : new Error(String(error))
        stop(error)
      }
      return undefined
    }
  }

  /** A reply that was paid for and cannot be used. */
  async #lose(
    llm: string,
    { where }: Task,
    { fault, cost }: { fault: string; cost?: number },
  ): Promise<void> {
    this.failures.add({ llm, where, message: fault })
    if (cost !== undefined) await this.#collection.log.add({ kind: 'loss', llm, cost })
  }
}

function messagesOf({ prompt }: Task, system: string | undefined): Message[] {
  const asked: Message = { role: 'user', content: prompt }
  return system === undefined ? [asked] : [{ role: 'system', content: system }, asked]
}
