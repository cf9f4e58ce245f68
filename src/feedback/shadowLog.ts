import { LLimitError, messageOf } from '../errors.js'
import { RotatingFile } from './rotatingFile.js'
import { textOfHead, textOfLost, textOfOutcome, textOfPrompt } from './shadowLine.js'
import type { HeadLine, LostLine, OutcomeLine, PromptLine } from './shadowLine.js'

/** Of prompts, and of outcomes as many, of a server process: 40,000 prompts with 500 LLMs each. */
const MAX_BYTES = 2 ** 26

/** Lines are written together; what a crash takes along is not worth more. */
const WRITTEN_EVERY_MS = 5_000

/**
 * What a shadow was found to do otherwise, in a folder: outcomes in files of their own, since they are rarer than prompts and are
 * to be kept for longer. It never rejects: whoever writes goes on without it.
 */
export class ShadowLog {
  readonly #prompts: LineFile
  readonly #outcomes: LineFile
  readonly #timer: NodeJS.Timeout

  private constructor(prompts: RotatingFile, outcomes: RotatingFile, onFault: (error: unknown) => void) {
    this.#prompts = new LineFile(prompts, onFault)
    this.#outcomes = new LineFile(outcomes, onFault)
    this.#timer = setInterval(() => void this.#write(), WRITTEN_EVERY_MS).unref()
  }

  /**
   * @param worker number of the server process
   * @param onFault told whenever lines are lost.
   * @throws LLimitError INVALID_CONFIG if the folder cannot be read or written.
   */
  static async open(folder: string, worker: number, onFault: (error: unknown) => void): Promise<ShadowLog> {
    try {
      const prompts = await RotatingFile.open(folder, `prompts-${worker}`, MAX_BYTES)
      const outcomes = await RotatingFile.open(folder, `outcomes-${worker}`, MAX_BYTES)
      return new ShadowLog(prompts, outcomes, onFault)
    } catch (cause) {
      const message = `expected a folder that can be read and written, got ${folder} (${messageOf(cause)})`
      throw new LLimitError('INVALID_CONFIG', message, { cause })
    }
  }

  /** @param head of the saved models; the same object as long as they are the same */
  prompt(head: HeadLine, line: PromptLine): void {
    this.#prompts.add(head, textOfPrompt(line))
  }

  outcome(head: HeadLine, line: OutcomeLine): void {
    this.#outcomes.add(head, textOfOutcome(line))
  }

  lost(head: HeadLine, line: LostLine): void {
    this.#prompts.add(head, textOfLost(line))
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#write()
    await Promise.all([this.#prompts.close(), this.#outcomes.close()])
  }

  async #write(): Promise<void> {
    await Promise.all([this.#prompts.write(), this.#outcomes.write()])
  }
}

/** Lines that wait to be written; the head of their saved models stands before them, and at the beginning of each piece. */
class LineFile {
  readonly #file: RotatingFile
  readonly #onFault: (error: unknown) => void
  #lines: string[] = []
  /** That of the last line, and of the last line that was written. */
  #head: HeadLine | undefined
  #written: HeadLine | undefined
  #writing = Promise.resolve()

  constructor(file: RotatingFile, onFault: (error: unknown) => void) {
    this.#file = file
    this.#onFault = onFault
  }

  add(head: HeadLine, line: string): void {
    if (head !== this.#head) this.#lines.push(textOfHead(head))
    this.#head = head
    this.#lines.push(line)
  }

  write(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#writeNow())
    return this.#writing
  }

  async #writeNow(): Promise<void> {
    if (this.#lines.length === 0) return
    const lines = this.#lines.splice(0).join('')
    const before = this.#written
    this.#written = this.#head
    try {
      await this.#file.append(lines, before === undefined ? '' : textOfHead(before))
    } catch (error) {
      // The head may be among what is lost.
      this.#head = undefined
      this.#onFault(error)
    }
  }

  async close(): Promise<void> {
    await this.write()
    await this.#file.close()
  }
}
