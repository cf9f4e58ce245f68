import { invalidCheckpoint } from '../invalidCheckpoint.js'
import { MAX_LONG_BYTES } from './limits.js'
import type { Operation } from './operation.js'
import type { PickleMachine } from './pickleMachine.js'

/** Operations that frame the stream, push a literal, or move values between stack and memo. */
export const LITERAL_OPERATIONS: readonly Operation[] = [
  [0x80, 'PROTO', (pickle) => checkProtocol(pickle.input.uint8())],
  // A frame only groups what follows; its length is checked and otherwise not needed.
  [0x95, 'FRAME', (pickle) => pickle.input.expect(pickle.input.uint64())],

  [0x4e, 'NONE', (pickle) => pickle.push(null)],
  [0x88, 'NEWTRUE', (pickle) => pickle.push(true)],
  [0x89, 'NEWFALSE', (pickle) => pickle.push(false)],

  [0x4b, 'BININT1', (pickle) => pickle.push(pickle.input.uint8())],
  [0x4d, 'BININT2', (pickle) => pickle.push(pickle.input.uint16())],
  [0x4a, 'BININT', (pickle) => pickle.push(pickle.input.int32())],
  [0x8a, 'LONG1', (pickle) => pushLong(pickle, pickle.input.uint8())],
  [0x8b, 'LONG4', (pickle) => pushLong(pickle, pickle.input.uint32())],
  [0x47, 'BINFLOAT', (pickle) => pickle.push(pickle.input.float64())],

  [0x8c, 'SHORT_BINUNICODE', (pickle) => pickle.push(pickle.input.text(pickle.input.uint8()))],
  [0x58, 'BINUNICODE', (pickle) => pickle.push(pickle.input.text(pickle.input.uint32()))],
  [0x8d, 'BINUNICODE8', (pickle) => pickle.push(pickle.input.text(pickle.input.uint64()))],

  [0x43, 'SHORT_BINBYTES', (pickle) => pickle.push(pickle.input.take(pickle.input.uint8()))],
  [0x42, 'BINBYTES', (pickle) => pickle.push(pickle.input.take(pickle.input.uint32()))],
  [0x8e, 'BINBYTES8', (pickle) => pickle.push(pickle.input.take(pickle.input.uint64()))],
  [0x96, 'BYTEARRAY8', (pickle) => pickle.push(pickle.input.take(pickle.input.uint64()))],

  [0x94, 'MEMOIZE', (pickle) => pickle.memoize()],
  [0x70, 'PUT', (pickle) => pickle.memoize(decimal(pickle.input.line()))],
  [0x71, 'BINPUT', (pickle) => pickle.memoize(pickle.input.uint8())],
  [0x72, 'LONG_BINPUT', (pickle) => pickle.memoize(pickle.input.uint32())],
  [0x67, 'GET', (pickle) => pickle.pushMemo(decimal(pickle.input.line()))],
  [0x68, 'BINGET', (pickle) => pickle.pushMemo(pickle.input.uint8())],
  [0x6a, 'LONG_BINGET', (pickle) => pickle.pushMemo(pickle.input.uint32())],
]

function checkProtocol(protocol: number): void {
  if (protocol < 2 || protocol > 5) {
    throw invalidCheckpoint(`pickle protocol ${protocol} is not supported (2 to 5 are)`)
  }
}

/** A little-endian two's complement integer of `length` bytes. */
function pushLong(pickle: PickleMachine, length: number): void {
  if (length > MAX_LONG_BYTES) {
    throw invalidCheckpoint(`an integer of ${length} bytes is longer than ${MAX_LONG_BYTES}`)
  }
  const bytes = pickle.input.take(length)
  const unsigned = bytes.reduceRight((number, byte) => (number << 8n) | BigInt(byte), 0n)
  const value = BigInt.asIntN(8 * length, unsigned)
  const asNumber = Number(value)
  pickle.push(Number.isSafeInteger(asNumber) ? asNumber : value)
}

function decimal(line: string): number {
  if (!/^\d{1,10}$/.test(line)) {
    throw invalidCheckpoint(`${JSON.stringify(line)} is not the number of a memo entry`)
  }
  return Number(line)
}
