import { open, readdir } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import path from 'node:path'

import { codeOf, LLimitError, messageOf } from '../errors.js'
import { at } from '../numeric/at.js'
import { isLog, wholeOf } from './rotatingFile.js'

/** A server makes a new piece once in minutes at most. */
const MAX_ATTEMPTS = 10

interface OpenLog {
  /** Of the file that it is a piece of. */
  whole: string
  handle: FileHandle
  bytes: number
}

/**
 * The lines of all logs of a folder that are not empty, file by file, the older pieces of a file first; a line that a crash has cut
 * off is one too. What is added, renamed or deleted while they are read changes nothing.
 * @param maxBytes of each file with its pieces, the last ones
 */
export async function* linesIn(folder: string, maxBytes = Infinity): AsyncGenerator<string> {
  const logs = await openAll(folder)
  try {
    for (const [i, { handle, whole, bytes }] of logs.entries()) {
      const later = logs.slice(i + 1).filter((log) => log.whole === whole)
      const start = Math.max(0, later.reduce((sum, log) => sum + log.bytes, bytes) - maxBytes)
      if (start >= bytes) continue
      const content = handle.createReadStream({ start, encoding: 'latin1', autoClose: false })
      const lines = linesOf(content)
      if (start > 0) await lines.next()
      for await (const line of lines) if (line !== '') yield line
    }
  } finally {
    await Promise.all(logs.map(({ handle }) => handle.close()))
  }
}

/** Opens them in order of their names. A server that makes a piece meanwhile would have one of them missed. */
async function openAll(folder: string): Promise<OpenLog[]> {
  for (let attempt = 1; ; attempt++) {
    const names = await logsIn(folder)
    const opened = await Promise.allSettled(names.map((name) => open(path.join(folder, name), 'r')))
    const handles = opened.filter((each) => each.status === 'fulfilled').map(({ value }) => value)
    const failed = opened.find((each) => each.status === 'rejected')
    const isWhole = failed === undefined && String(await logsIn(folder)) === String(names)
    if (isWhole) {
      const stats = await Promise.all(handles.map((handle) => handle.stat()))
      return handles.map((handle, i) => ({ handle, whole: wholeOf(at(names, i)), bytes: at(stats, i).size }))
    }
    await Promise.all(handles.map((handle) => handle.close()))
    if (failed !== undefined && (codeOf(failed.reason) !== 'ENOENT' || attempt >= MAX_ATTEMPTS))
      throw failed.reason
    if (attempt >= MAX_ATTEMPTS)
      throw new LLimitError(
        'CONFLICT',
        `${folder} has changed ${attempt} times while it was opened; try again`,
      )
  }
}

/** The names of logs in their order; whatever else ends like one, such as a device, is none. */
async function logsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    const message = `expected a folder with a log, got ${folder} (${messageOf(cause)})`
    throw new LLimitError('INVALID_FILE', message, { cause })
  })
  const logs = entries.filter((entry) => entry.isFile() && isLog(entry.name))
  return logs.map(({ name }) => name).sort()
}

/** Logs are ASCII; what a crash has made of a line need not be text. */
async function* linesOf(content: AsyncIterable<unknown>): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of content) {
    const [first = '', ...others] = String(chunk).split('\n')
    const last = others.pop()
    rest += first
    if (last === undefined) continue
    yield rest
    yield* others
    rest = last
  }
  yield rest
}
