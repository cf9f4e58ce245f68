import { statSync } from 'node:fs'

/**
 * The program that a server runs: one file instead of 500 if the modules have not been compiled again since they were bundled.
 * @param dist folder of what the build makes, ending with a slash
 */
export function newestProgram(dist: URL): URL {
  const bundle = new URL('server/program.js', dist)
  const bundled = changedAt(bundle)
  // The compiler writes this file last. An image may come without it.
  const compiled = changedAt(new URL('.tsbuildinfo', dist))
  const isStale = bundled === undefined || (compiled !== undefined && compiled > bundled)
  return isStale ? new URL('src/cli/program.js', dist) : bundle
}

/** In milliseconds; undefined for a file that is not there. */
function changedAt(file: URL): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs
}
