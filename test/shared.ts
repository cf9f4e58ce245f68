import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Compiled tests lie in dist/test, two folders below the root. */
export const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url))

/** A path in the folder `shared` beside the repository; undefined on machines that do not have it. */
export function sharedPath(...parts: string[]): string | undefined {
  const path = join(repositoryRoot, '..', 'shared', ...parts)
  return existsSync(path) ? path : undefined
}
