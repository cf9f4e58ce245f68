import { createHash } from 'node:crypto'
import { availableParallelism } from 'node:os'

import pLimit from 'p-limit'

import { LLimitError, messageOf } from '../errors.js'
import type { Asker } from './asker.js'
import { gradeChoice, letterIn } from './graders/choice.js'
import { gradeByCommand } from './graders/command.js'
import { gradeExact } from './graders/exact.js'
import { withoutThinking } from './graders/extract.js'
import { DEFAULT_RUBRIC, judgeMessages, scoreIn } from './graders/judge.js'
import { JsonSchemas } from './graders/jsonSchema.js'
import { gradeNumeric, numberIn } from './graders/numeric.js'
import { gradeRegex, parsePattern } from './graders/regex.js'
import type { GraderName, Task } from './task.js'

/** An LLM that grades, and where it is asked. */
export interface Judge {
  llm: string
  asker: Asker
}

export interface GradingOptions {
  /** Of tasks that name none. */
  grader: GraderName | undefined
  /** Whether it is that of all tasks, whatever they name. */
  isForAll: boolean
  pattern: string | undefined
  schema: object | boolean | undefined
  rubric: string | undefined
  /** Relative, of numbers. */
  tolerance: number
  command: string | undefined
  commandTimeoutMs: number
  /** Of the command. */
  environment: NodeJS.ProcessEnv
  judge: Judge | undefined
  /** Ends commands that run. */
  signal: AbortSignal
}

/** What a grader that takes time or money says, or why it says nothing that can be used; undefined if there is no money left. */
type Graded = ({ score: number; reply?: string } | { fault: string }) & { cost?: number }

/** How one answer gets a score: at once and for nothing, or kept in the log under an identity. */
export type Scorer =
  | { isKept: false; score: (answer: string) => number }
  | { isKept: true; id: string; grade: (answer: string) => Promise<Graded | undefined> }

/** Which grader a task has, and what that needs. */
export class Grading {
  readonly #options: GradingOptions
  readonly #schemas = new JsonSchemas()
  /** Commands at once: they compute on this machine. */
  readonly #commands = pLimit(availableParallelism())

  constructor(options: GradingOptions) {
    this.#options = options
  }

  /** @throws LLimitError INVALID_ARGUMENT if neither the task nor the flags name one. */
  graderOf({ grader: own, where }: Task): GraderName {
    const { grader, isForAll } = this.#options
    const name = isForAll ? grader : (own ?? grader)
    if (name !== undefined) return name
    throw new LLimitError('INVALID_ARGUMENT', `${where}: expected a "grader" there or --grader, got neither`)
  }

  /** @throws LLimitError INVALID_FILE or INVALID_ARGUMENT if the grader of a task lacks what it needs. */
  check(task: Task): void {
    const grader = this.graderOf(task)
    const { command, judge } = this.#options
    if (grader === 'command' && command === undefined) throw missing(task, grader, '--command')
    if ((grader === 'judge' || grader === 'pairwise') && judge === undefined)
      throw missing(task, grader, '--judge')
    if (grader === 'exact' || grader === 'numeric' || grader === 'choice') checkReferences(task, grader)
    if (grader === 'regex') readable(task, 'pattern', () => parsePattern(this.#patternOf(task)))
    if (grader === 'json-schema')
      readable(task, 'JSON schema', () => this.#schemas.compile(this.#schemaOf(task)))
  }

  /** Of a task that is checked and not graded by pairs. */
  scorerOf(task: Task): Scorer {
    const { references } = task
    const { tolerance } = this.#options
    const free = (score: (answer: string) => number): Scorer => ({
      isKept: false,
      score: (answer) => score(withoutThinking(answer)),
    })
    switch (this.graderOf(task)) {
      case 'exact':
        return free((answer) => gradeExact(answer, references))
      case 'numeric':
        return free((answer) => gradeNumeric(answer, references, tolerance))
      case 'choice':
        return free((answer) => gradeChoice(answer, references))
      case 'regex':
        return free((answer) => gradeRegex(answer, this.#patternOf(task), references))
      case 'json-schema':
        return free((answer) => this.#schemas.grade(answer, this.#schemaOf(task)))
      case 'command':
        return this.#commandScorer(task)
      case 'judge':
        return this.#judgeScorer(task)
      case 'pairwise':
        throw new RangeError('expected a grader of single answers, got pairwise')
    }
  }

  /** The LLM that compares the answers to a task, its rubric, and the identity of both in the log. */
  comparerOf(task: Task): { judge: Judge; rubric: string; id: string } {
    const rubric = this.#rubricOf(task)
    const judge = this.#judgeFor(task)
    return { judge, rubric, id: `pairwise ${judge.llm} ${digest([rubric, task.references])}` }
  }

  /** Whose failures the failures of grading are. */
  graderName(task: Task): string {
    const grader = this.graderOf(task)
    return grader === 'judge' || grader === 'pairwise' ? this.#judgeFor(task).llm : `grader ${grader}`
  }

  #commandScorer(task: Task): Scorer {
    const { command, commandTimeoutMs: timeoutMs, environment, signal } = this.#options
    if (command === undefined) throw missing(task, 'command', '--command')
    const run = { command, timeoutMs, environment, signal }
    return {
      isKept: true,
      id: `command ${digest([command, task.fields])}`,
      grade: (answer) =>
        this.#commands(async () => ({ score: await gradeByCommand(withoutThinking(answer), task, run) })),
    }
  }

  #judgeScorer(task: Task): Scorer {
    const rubric = this.#rubricOf(task)
    const { llm, asker } = this.#judgeFor(task)
    return {
      isKept: true,
      id: `judge ${llm} ${digest([rubric, task.references])}`,
      grade: async (answer) => {
        // Nobody need be asked.
        if (answer.trim() === '') return { score: 0 }
        const reply = await asker.ask(llm, judgeMessages(task, withoutThinking(answer), rubric))
        if (reply === undefined) return undefined
        const score = scoreIn(withoutThinking(reply.text))
        const cost = reply.cost === undefined ? {} : { cost: reply.cost }
        if (score === undefined) return { fault: unusable(llm, 'Mark: <0 to 10>', reply.text), ...cost }
        return { score, reply: reply.text, ...cost }
      },
    }
  }

  #judgeFor(task: Task): Judge {
    const { judge } = this.#options
    if (judge === undefined) throw missing(task, this.graderOf(task), '--judge')
    return judge
  }

  #rubricOf({ rubric }: Task): string {
    return rubric ?? this.#options.rubric ?? DEFAULT_RUBRIC
  }

  #patternOf(task: Task): string {
    const pattern = task.pattern ?? this.#options.pattern
    if (pattern === undefined) throw missing(task, 'regex', 'a "pattern" there or --pattern')
    return pattern
  }

  #schemaOf(task: Task): object | boolean {
    const schema = task.schema ?? this.#options.schema
    if (schema === undefined) throw missing(task, 'json-schema', 'a "schema" there or --schema')
    return schema
  }
}

/** Characters of a reply in a message. */
const SHOWN_END = 60

/** Says that a judge has not said what it was asked for. */
export function unusable(llm: string, expected: string, reply: string): string {
  const end = JSON.stringify(reply.trim().slice(-SHOWN_END))
  return `${llm} as a judge: expected a line "${expected}", got a reply that ends in ${end}`
}

function checkReferences(task: Task, grader: 'exact' | 'numeric' | 'choice'): void {
  if (task.references.length === 0) throw missing(task, grader, 'a reference answer (--reference-field)')
  const isUsable = (reference: string) =>
    grader === 'exact' ||
    (grader === 'numeric' ? numberIn(reference) !== undefined : letterIn(reference) !== undefined)
  const unusable = task.references.find((reference) => !isUsable(reference))
  if (unusable === undefined) return
  const wanted = grader === 'numeric' ? 'a number' : 'a letter from A to J'
  const message = `${task.where}: expected ${wanted} as the reference of grader ${grader}, got ${JSON.stringify(unusable)}`
  throw new LLimitError('INVALID_FILE', message)
}

function readable(task: Task, what: string, read: () => unknown): void {
  try {
    read()
  } catch (cause) {
    if (cause instanceof LLimitError) throw cause
    throw new LLimitError('INVALID_FILE', `${task.where}: expected a ${what}, but ${messageOf(cause)}`, {
      cause,
    })
  }
}

function missing({ where }: Task, grader: GraderName, what: string): LLimitError {
  return new LLimitError('INVALID_ARGUMENT', `${where}: grader ${grader} needs ${what}`)
}

/** Enough to tell apart what one person uses. */
function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 12)
}
