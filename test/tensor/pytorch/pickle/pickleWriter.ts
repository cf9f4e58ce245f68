/** A pickle, operation by operation, as hostile and broken files are not written by Python. */
export function pickle(...operations: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([Uint8Array.of(0x80, 4), ...operations, op('.')])
}

/** One operation by its character or code, with its argument bytes. */
export function op(code: string | number, ...argument: readonly number[]): Uint8Array {
  return Uint8Array.of(typeof code === 'string' ? code.charCodeAt(0) : code, ...argument)
}

export const MARK = op('(')
const TUPLE = op('t')
export const EMPTY_TUPLE = op(')')
export const EMPTY_LIST = op(']')
export const EMPTY_DICT = op('}')
export const NONE = op('N')
export const MEMOIZE = op(0x94)
export const REDUCE = op('R')
export const BUILD = op('b')
export const STACK_GLOBAL = op(0x93)

/** BINUNICODE */
export function str(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'utf8')
  return Buffer.concat([op('X', ...uint32(bytes.length)), bytes])
}

/** BINBYTES */
export function bytes(contents: Uint8Array): Uint8Array {
  return Buffer.concat([op('B', ...uint32(contents.length)), contents])
}

/** BININT */
export function int(value: number): Uint8Array {
  return op('J', ...uint32(value >>> 0))
}

export function tuple(...items: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([MARK, ...items, TUPLE])
}

/** GLOBAL */
export function global(module: string, name: string): Uint8Array {
  return Buffer.concat([op('c'), Buffer.from(`${module}\n${name}\n`)])
}

/** Calls a global with arguments. */
export function call(module: string, name: string, ...args: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([global(module, name), tuple(...args), REDUCE])
}

export function uint32(value: number): number[] {
  return [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24]
}

export function uint64(value: bigint): number[] {
  return Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn))
}

export function repeat(times: number, ...operations: readonly Uint8Array[]): Uint8Array {
  const once = Buffer.concat(operations)
  return Buffer.alloc(once.length * times, once)
}
