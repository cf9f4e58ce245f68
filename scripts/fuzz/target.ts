import type { ErrorCode } from '../../src/errors.js'
import type { Random } from '../../src/numeric/random.js'
import type { Files } from './mutateFiles.js'

/** A reader of the project, with files that it reads. */
export interface Target {
  name: string
  /** Codes of the errors by which it rejects files. */
  codes: readonly ErrorCode[]
  seeds: readonly Files[]
  mutate: (files: Files, random: Random) => Promise<Files>
  /** Reads what was written to a folder, and uses it once. */
  read: (folder: string) => Promise<void>
}
