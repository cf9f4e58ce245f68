import { readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import type { SourceMapPayload } from 'node:module'
import { fileURLToPath } from 'node:url'

/** `file:///.../dist/server/program.js:12:34` */
const PLACE = /(file:\/\/[^\s()]+\.js):(\d+):(\d+)/

/**
 * From now on stack traces name lines of TypeScript, as with `--enable-source-maps`. The maps are read when the first trace is, and
 * not when the modules are loaded.
 */
export function nameSourceLines(): void {
  const maps = new Map<string, SourceMap | undefined>()
  const mapOf = (url: string) => {
    if (!maps.has(url)) maps.set(url, readMap(url))
    return maps.get(url)
  }
  Error.prepareStackTrace = (error, frames) =>
    [String(error), ...frames.map(String).map((frame) => `    at ${sourcePlace(frame, mapOf)}`)].join('\n')
}

/** A line of a stack trace with the place in the source instead of that in the compiled file. */
function sourcePlace(frame: string, mapOf: (url: string) => SourceMap | undefined): string {
  return frame.replace(PLACE, (place, url: string, line: string, column: string) => {
    const found = mapOf(url)?.findEntry(Number(line) - 1, Number(column) - 1)
    if (found === undefined || !('originalSource' in found)) return place
    return `${new URL(found.originalSource, url).href}:${found.originalLine + 1}:${found.originalColumn + 1}`
  })
}

/** Undefined for a file that has none, or none that can be read: a trace must never fail. */
function readMap(url: string): SourceMap | undefined {
  try {
    const text = readFileSync(fileURLToPath(`${url}.map`), 'utf8')
    return new SourceMap(JSON.parse(text) as SourceMapPayload)
  } catch {
    return undefined
  }
}
