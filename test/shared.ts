import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** Compiled tests run from dist/test. */
export const repositoryRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
