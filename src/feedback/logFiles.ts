import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'

/**
 * The lines of all logs of a folder that are not empty, file by file; a line that a crash has cut off is one too.
 * @param maxBytes of each file, the last ones
 */
export async function* linesIn(folder: string, maxBytes = Infinity): AsyncGenerator<string> {
  for (const file of await logsIn(folder)) {
    const start = Math.max(0, (await stat(file)).size - maxBytes)
    const lines = linesOf(createReadStream(file, { start, encoding: 'latin1' }))
    if (start > 0) await lines.next()
    for await (const line of lines) if (line !== '') yield line
  }
}

/** The files in order of their names; whatever else ends in .jsonl, such as a device, is none. */
async function logsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const logs = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.jsonl'))
  return logs.map(({ name }) => path.join(folder, name)).sort()
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
