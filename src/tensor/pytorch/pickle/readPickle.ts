import { LLimitError } from '../../../errors.js'
import { invalidCheckpoint } from '../invalidCheckpoint.js'
import { ByteReader } from './byteReader.js'
import { OPERATIONS } from './operations.js'
import { PickleMachine } from './pickleMachine.js'
import type { PickleOptions } from './pickleMachine.js'
import type { PyValue } from './values.js'

const PROTO = 0x80
const STOP = 0x2e

/**
 * Operations of a pickle, and so also values, stack entries and memo entries: memory and time grow with them and never
 * with a number that the file merely declares. The checkpoints of LLimit v1 have a few thousand.
 */
export const MAX_OPERATIONS = 1_000_000

const BY_CODE = new Map(OPERATIONS.map(([code, name, run]) => [code, { name, run }]))

/**
 * Reads the pickle (protocols 2 to 5) at the start of `bytes` without running anything: a global is looked up in
 * `options.globals` and stands for inert code of this program. The format is described in Python's pickletools.
 * @returns the value and how many bytes the pickle took; what follows is for the caller to judge
 * @throws LLimitError INVALID_CHECKPOINT for anything else, naming the operation and its byte.
 */
export function readPickle(bytes: Uint8Array, options: PickleOptions): { value: PyValue; end: number } {
  if (bytes[0] !== PROTO) throw invalidCheckpoint('expected a pickle of protocol 2 to 5, got other bytes')
  const input = new ByteReader(bytes)
  const pickle = new PickleMachine(input, options)
  for (let count = 0; count < MAX_OPERATIONS; count++) {
    const start = input.offset
    if (start === bytes.length)
      throw invalidCheckpoint(`expected another operation at byte ${start}, got the end`)
    const code = input.uint8()
    try {
      if (code === STOP) return { value: pickle.result(), end: input.offset }
      runOperation(code, pickle)
    } catch (error) {
      throw located(error, code, start)
    }
  }
  throw invalidCheckpoint(`expected at most ${MAX_OPERATIONS} operations, got more`)
}

function runOperation(code: number, pickle: PickleMachine): void {
  const operation = BY_CODE.get(code)
  if (operation === undefined) throw invalidCheckpoint('expected an operation that checkpoints need')
  operation.run(pickle)
}

/** Adds where it happened; a pickle inside a pickle adds both places, the inner one first. */
function located(error: unknown, code: number, start: number): unknown {
  if (!(error instanceof LLimitError)) return error
  const name = BY_CODE.get(code)?.name ?? `0x${code.toString(16).padStart(2, '0')}`
  return invalidCheckpoint(`${error.message} (operation ${name} at byte ${start})`, error.cause)
}
