import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** Compiled tests lie in dist/test, two folders below the root. */
export const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url))

/** A file in the folder `shared` beside the repository; undefined on machines that do not have it. */
export function sharedPath(...parts: string[]): string | undefined {
  const file = path.join(repositoryRoot, '..', 'shared', ...parts)
  return existsSync(file) ? file : undefined
}
