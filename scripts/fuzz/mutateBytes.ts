import { at } from '../../src/numeric/at.js'
import type { Random } from '../../src/numeric/random.js'

/** A number from 0 below `end`. */
export function below(end: number, random: Random): number {
  return Math.floor(random() * end)
}

/** @throws RangeError for an empty list. */
export function oneOf<T>(values: readonly T[], random: Random): T {
  return at(values, below(values.length, random))
}

/** At the edges of what counts and lengths are stored in; small numbers, opcodes of pickle and signs of JSON are among the bytes. */
const INTEGERS = [0, 1, 2, 127, 128, 255, 256, 65_535, 65_536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]
const BYTES = [
  ...Buffer.from('\x00\x01\x7f\x80\xff(.0123456789:ABCGIJKMNQRSTUVX[]\\^`abcdeghijlopqrstu{}"\n\r,;\t'),
]

/** Longest piece that is put in, taken out or repeated. */
const MAX_PIECE = 64
const MAX_CHANGES = 4

type Change = (bytes: Buffer, random: Random) => Buffer

const CHANGES: readonly Change[] = [
  // A bit, a byte, a number.
  (bytes, random) => {
    const i = below(bytes.length, random)
    bytes.writeUInt8(bytes.readUInt8(i) ^ (1 << below(8, random)), i)
    return bytes
  },
  (bytes, random) => {
    bytes.writeUInt8(oneOf(BYTES, random), below(bytes.length, random))
    return bytes
  },
  (bytes, random) => {
    if (bytes.length >= 4) bytes.writeUInt32LE(oneOf(INTEGERS, random), below(bytes.length - 3, random))
    return bytes
  },
  (bytes, random) => {
    if (bytes.length >= 8) {
      bytes.writeBigUInt64LE(
        BigInt(oneOf(INTEGERS, random)) << BigInt(below(33, random)),
        below(bytes.length - 7, random),
      )
    }
    return bytes
  },
  // The end, a piece.
  (bytes, random) => bytes.subarray(0, below(bytes.length + 1, random)),
  (bytes, random) => {
    const { start, end } = piece(bytes, random)
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)])
  },
  (bytes, random) => {
    const { start, end } = piece(bytes, random)
    return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)])
  },
  (bytes, random) => {
    const { start, end } = piece(bytes, random)
    const to = below(bytes.length + 1, random)
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(start, end), bytes.subarray(to)])
  },
  (bytes, random) => {
    const added = Buffer.alloc(below(MAX_PIECE, random), oneOf(BYTES, random))
    const to = below(bytes.length + 1, random)
    return Buffer.concat([bytes.subarray(0, to), added, bytes.subarray(to)])
  },
  (bytes, random) => {
    const { start, end } = piece(bytes, random)
    for (let i = start; i < end; i++) bytes.writeUInt8(below(256, random), i)
    return bytes
  },
]

/** A changed copy, which depends on the bytes and on the numbers drawn alone. */
export function mutateBytes(bytes: Uint8Array, random: Random): Buffer {
  let changed: Buffer = Buffer.from(bytes)
  const count = 1 + below(MAX_CHANGES, random)
  for (let i = 0; i < count && changed.length > 0; i++)
    changed = Buffer.from(oneOf(CHANGES, random)(changed, random))
  return changed
}

function piece({ length }: Buffer, random: Random): { start: number; end: number } {
  const start = below(length, random)
  return { start, end: Math.min(length, start + 1 + below(MAX_PIECE, random)) }
}
