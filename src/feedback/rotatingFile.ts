import { open, readdir, rename, rm, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import path from 'node:path'

import { codeOf } from '../errors.js'
import { makeFolder } from '../makeFolder.js'

const LINE_FEED = 0x0a
const ENDING = '.jsonl'

/** Of older pieces, so that their names are in the order in which they were written, and before that of the latest. */
const DIGITS = 6

/** Pieces that a bound is divided into: what is deleted at once. */
const PIECES = 16

/**
 * A file of lines that is only added to, and does not grow beyond a bound: `outcomes-0.jsonl`, and older pieces of it,
 * `outcomes-0.000001.jsonl` and so on, of which the oldest is deleted. Another process may add to the same file.
 */
export class RotatingFile {
  readonly #file: string
  readonly #pieceBytes: number
  #handle: FileHandle | undefined

  private constructor(file: string, maxBytes: number) {
    this.#file = file
    this.#pieceBytes = Math.floor(maxBytes / PIECES)
  }

  /**
   * Opens a file, which is made with its folder if it is not there.
   * @param name without its ending
   * @param maxBytes of all pieces; lines that are longer than a piece have one of their own.
   */
  static async open(folder: string, name: string, maxBytes: number): Promise<RotatingFile> {
    const own = new RotatingFile(path.join(folder, `${name}${ENDING}`), maxBytes)
    await makeFolder(folder)
    own.#handle = await openToAppend(own.#file)
    return own
  }

  /**
   * Adds lines; they are on the disk, to stay there, when it resolves. After a failure it is not known what the file ends with, so
   * that it is opened again.
   * @param head lines in front of them if they begin a piece
   */
  async append(lines: string, head = ''): Promise<void> {
    let size = await this.#size()
    if (size > 0 && size + Buffer.byteLength(lines) > this.#pieceBytes) {
      await this.#rotate()
      size = await this.#size()
    }
    this.#handle ??= await openToAppend(this.#file)
    try {
      await this.#handle.appendFile(size === 0 ? head + lines : lines)
      await this.#handle.datasync()
    } catch (error) {
      await this.close()
      throw error
    }
  }

  async close(): Promise<void> {
    const handle = this.#handle
    this.#handle = undefined
    await handle?.close()
  }

  /** Of the file that is open, which is opened again if somebody has removed it. */
  async #size(): Promise<number> {
    this.#handle ??= await openToAppend(this.#file)
    const { nlink, size } = await this.#handle.stat()
    if (nlink > 0) return size
    await this.close()
    this.#handle = await openToAppend(this.#file)
    return (await this.#handle.stat()).size
  }

  /**
   * Makes the file an older piece. Its name is taken before, so that of two processes none overwrites what the other has renamed;
   * a crash in between leaves an empty piece.
   */
  async #rotate(): Promise<void> {
    const own = await this.#handle?.stat()
    await this.close()
    const older = await olderPieces(this.#file)
    const [last = 0] = older.slice(-1)
    const next = nameOfPiece(this.#file, last + 1)
    try {
      await (await open(next, 'wx')).close()
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return
      throw error
    }
    // Whoever has renamed it by hand keeps it as it is, and another process may have made it a piece.
    const there = await stat(this.#file).catch(() => undefined)
    if (own === undefined || there?.ino !== own.ino || there.dev !== own.dev) return rm(next, { force: true })
    try {
      await rename(this.#file, next)
    } catch (error) {
      // Another process has been quicker by a moment.
      if (codeOf(error) === 'ENOENT') return rm(next, { force: true })
      throw error
    }
    for (const number of older.slice(0, Math.max(0, older.length + 2 - PIECES)))
      await rm(nameOfPiece(this.#file, number), { force: true })
    await syncFolder(path.dirname(this.#file))
  }
}

/** The name of the file that a log is a piece of; of one that is no older piece its own. */
export function wholeOf(name: string): string {
  return name.replace(new RegExp(`\\.\\d{${DIGITS},}\\${ENDING}$`), ENDING)
}

export function isLog(name: string): boolean {
  return name.endsWith(ENDING)
}

function nameOfPiece(file: string, number: number): string {
  return `${file.slice(0, -ENDING.length)}.${String(number).padStart(DIGITS, '0')}${ENDING}`
}

/** The numbers of its older pieces, ascending. */
async function olderPieces(file: string): Promise<number[]> {
  const own = path.basename(file)
  const names = await readdir(path.dirname(file))
  return names
    .filter((name) => name !== own && wholeOf(name) === own)
    .map((name) => Number(name.slice(own.length - ENDING.length + 1, -ENDING.length)))
    .sort((a, b) => a - b)
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
    await syncFolder(path.dirname(file))
    return handle
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** So that a new file is still in it after the power has failed. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
