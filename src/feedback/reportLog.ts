import { LLimitError, messageOf } from '../errors.js'
import { at } from '../numeric/at.js'
import { linesIn } from './logFiles.js'
import { reportLine } from './report.js'
import type { Report } from './report.js'
import { RotatingFile } from './rotatingFile.js'

/** Ids that are known; of an outcome that is reported again later than that there are two lines. */
const MAX_KNOWN_IDS = 100_000
/** Of a log that are read for ids: about as many lines. */
const MAX_BYTES_READ = 2 ** 28

interface Appended {
  /** Outcomes that were written. */
  accepted: number
  /** Those whose ids were known. */
  known: number
}

interface Waiting {
  reports: readonly Report[]
  resolve: (appended: Appended) => void
  reject: (error: LLimitError) => void
}

/** The log of reported outcomes: a file of lines for each server process, in pieces, of which the oldest goes in the end. */
export class ReportLog {
  readonly #file: RotatingFile
  /** The oldest first. */
  readonly #known = new Set<string>()
  #waiting: Waiting[] = []
  #writing: Promise<void> | undefined
  #isClosed = false

  private constructor(file: RotatingFile) {
    this.#file = file
  }

  /**
   * Opens the log of a server process in a folder, which is made if it is not there. Ids that are in any log of the folder are
   * known.
   * @param maxBytes of the outcomes that the process keeps there; the oldest are deleted beyond.
   * @throws LLimitError INVALID_CONFIG if it cannot be read or written.
   */
  static async open(folder: string, worker: number, maxBytes: number): Promise<ReportLog> {
    try {
      const log = new ReportLog(await RotatingFile.open(folder, `outcomes-${worker}`, maxBytes))
      for await (const line of linesIn(folder, MAX_BYTES_READ)) {
        const id = idIn(line)
        if (id !== undefined) log.#keep(id)
      }
      return log
    } catch (cause) {
      const message = `expected a folder that can be read and written, got ${folder} (${messageOf(cause)})`
      throw new LLimitError('INVALID_CONFIG', message, { cause })
    }
  }

  /**
   * Resolves when the outcomes are on the disk, to stay there. Those whose ids are known are not written again; of equal ids the
   * first counts.
   * @throws LLimitError ENGINE_UNAVAILABLE if they cannot be written, or the log is closed; they may be reported again.
   */
  append(reports: readonly Report[]): Promise<Appended> {
    if (this.#isClosed)
      return Promise.reject(new LLimitError('ENGINE_UNAVAILABLE', 'The server is stopping; try again'))
    return new Promise((resolve, reject) => {
      this.#waiting.push({ reports, resolve, reject })
      this.#writing ??= this.#writeAll()
    })
  }

  /** Writes what waits, and takes no more. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#writing
    await this.#file.close()
  }

  /** What comes during a write goes into the next one: the disk takes milliseconds for each, however much it is. */
  async #writeAll(): Promise<void> {
    // Where nothing is new nothing else is waited for: it would be over before `append` has kept its promise.
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      const group = this.#waiting
      this.#waiting = []
      const fresh = new Map<string, Report>()
      const appended = group.map(({ reports }) => {
        const before = fresh.size
        for (const report of reports)
          if (!this.#known.has(report.id) && !fresh.has(report.id)) fresh.set(report.id, report)
        const accepted = fresh.size - before
        return { accepted, known: reports.length - accepted }
      })
      try {
        if (fresh.size > 0) await this.#file.append([...fresh.values()].map(reportLine).join(''))
        for (const id of fresh.keys()) this.#keep(id)
        for (const [i, { resolve }] of group.entries()) resolve(at(appended, i))
      } catch (cause) {
        const error = new LLimitError('ENGINE_UNAVAILABLE', 'The outcomes cannot be written now; try again', {
          cause,
        })
        for (const { reject } of group) reject(error)
      }
    }
    this.#writing = undefined
  }

  #keep(id: string): void {
    this.#known.add(id)
    if (this.#known.size <= MAX_KNOWN_IDS) return
    for (const oldest of this.#known) {
      this.#known.delete(oldest)
      return
    }
  }
}

/** @returns undefined for a line that was cut off. */
function idIn(line: string): string | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string'
      ? value.id
      : undefined
  } catch {
    return undefined
  }
}
