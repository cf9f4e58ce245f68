import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository; compiled files lie in dist/bench. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export const ENCODER_DIRECTORY = path.join(ROOT, 'saved_models/encoders/all-MiniLM-L6-v2')

/** What the benchmark makes and what its peers are installed in; not part of the repository. */
export const CACHE = path.join(ROOT, '.cache/bench')
