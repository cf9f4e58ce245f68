import { mkdir, open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import path from 'node:path'

import { LLimitError, messageOf } from '../errors.js'
import { at } from '../numeric/at.js'
import { linesIn } from './logFiles.js'
import { reportLine } from './report.js'
import type { Report } from './report.js'

/** Ids that are known; of an outcome that is reported again later than that there are two lines. */
const MAX_KNOWN_IDS = 100_000
/** Of a log that are read for ids: about as many lines. */
const MAX_BYTES_READ = 2 ** 28

const LINE_FEED = 0x0a

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

/** The log of reported outcomes: a file of lines for each server process, to which is only added. */
export class ReportLog {
  readonly #file: string
  /** The oldest first. */
  readonly #known = new Set<string>()
  #handle: FileHandle | undefined
  #waiting: Waiting[] = []
  #writing: Promise<void> | undefined
  #isClosed = false

  private constructor(file: string) {
    this.#file = file
  }

  /**
   * Opens the log of a server process in a folder, which is made if it is not there. Ids that are in any log of the folder are
   * known.
   * @throws LLimitError INVALID_CONFIG if it cannot be read or written.
   */
  static async open(folder: string, worker: number): Promise<ReportLog> {
    const log = new ReportLog(path.join(folder, `outcomes-${worker}.jsonl`))
    try {
      await mkdir(folder, { recursive: true })
      log.#handle = await openToAppend(log.#file)
      for await (const line of linesIn(folder, MAX_BYTES_READ)) {
        const id = idIn(line)
        if (id !== undefined) log.#keep(id)
      }
    } catch (cause) {
      const message = `expected a folder that can be read and written, got ${folder} (${messageOf(cause)})`
      throw new LLimitError('INVALID_CONFIG', message, { cause })
    }
    return log
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
    await this.#handle?.close()
  }

  /** What comes during a write goes into the next one: the disk takes milliseconds for each, however much it is. */
  async #writeAll(): Promise<void> {
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
        if (fresh.size > 0) await this.#write([...fresh.values()].map(reportLine).join(''))
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

  /** After a failure it is not known what the file ends with, so that it is opened again. */
  async #write(lines: string): Promise<void> {
    // Somebody may have removed it.
    if (this.#handle !== undefined && (await this.#handle.stat()).nlink === 0) await this.#forget()
    this.#handle ??= await openToAppend(this.#file)
    try {
      await this.#handle.appendFile(lines)
      await this.#handle.datasync()
    } catch (error) {
      await this.#forget()
      throw error
    }
  }

  async #forget(): Promise<void> {
    const handle = this.#handle
    this.#handle = undefined
    await handle?.close()
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

/**
 * A line that a crash has cut off is ended, not removed: another process that adds to the same file may be in the middle of it.
 */
async function openToAppend(file: string): Promise<FileHandle> {
  const handle = await open(file, 'a+')
  try {
    const { size } = await handle.stat()
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1))
    if (size > 0 && bytesRead === 1 && buffer[0] !== LINE_FEED) await handle.appendFile('\n')
    if (process.platform !== 'win32') await syncFolder(path.dirname(file))
    return handle
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** So that a new file is still in it after the power has failed. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
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
