import { fileURLToPath } from 'node:url'

/** Compiled tests lie in dist/test, two folders below the root. */
export const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url))
