/** Bytes of a WebAssembly program: instructions are lists of bytes, so programs are put together by spreading them. */
export type Code = readonly number[]

/** Types of values, as the binary format numbers them (WebAssembly core specification 2.0, section 5.3). */
const TYPES = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const
type ValueType = keyof typeof TYPES

/** A function of a module: its parameters are the first locals. */
export interface WasmFunction {
  name: string
  parameters: readonly ValueType[]
  result?: ValueType
  locals: readonly ValueType[]
  body: Code
}

/** The instructions that the kernels use; docs: sections 5.4.1 to 5.4.9 of the specification. */
export const op = {
  get: (local: number): Code => [0x20, ...unsigned(local)],
  set: (local: number): Code => [0x21, ...unsigned(local)],
  /** Runs `body` again for as long as it leaves a number other than 0. */
  loopWhile: (body: Code): Code => [0x03, 0x40, ...body, 0x0d, 0x00, 0x0b],
  i32: (value: number): Code => [0x41, ...signed(value)],
  addI32: [0x6a],
  lessI32: [0x49],
  loadF32: [0x2a, 0x02, 0x00],
  addF32: [0x92],
  loadV128: [0xfd, 0x00, 0x04, 0x00],
  storeV128: [0xfd, 0x0b, 0x04, 0x00],
  /** 8 bytes, each as a signed 16-bit integer. */
  load8AsI16: [0xfd, 0x01, 0x00, 0x00],
  lowI16AsI32: simd(0xa7),
  highI16AsI32: simd(0xa8),
  i32AsF32: simd(0xfa),
  splatF32: simd(0x13),
  splatF64: simd(0x14),
  addF32x4: simd(0xe4),
  mulF32x4: simd(0xe6),
  addF64x2: simd(0xf0),
  mulF64x2: simd(0xf2),
  lane: (n: number): Code => [...simd(0x1f), n],
} satisfies Record<string, Code | ((value: number) => Code) | ((code: Code) => Code)>

/** A module of functions over one memory, which it imports as `env.memory`. */
export function assemble(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters, result }) => [
    0x60,
    ...list(parameters.map((type) => [TYPES[type]])),
    ...list(result === undefined ? [] : [[TYPES[result]]]),
  ])
  const memory = [...text('env'), ...text('memory'), 0x02, 0x00, ...unsigned(1)]
  const exports = functions.map(({ name }, i) => [...text(name), 0x00, ...unsigned(i)])
  const bodies = functions.map(({ locals, body }) => {
    const code = [...list(locals.map((type) => [...unsigned(1), TYPES[type]])), ...body, 0x0b]
    return [...unsigned(code.length), ...code]
  })
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, list(types)),
    ...section(2, list([memory])),
    ...section(3, list(functions.map((_, i) => unsigned(i)))),
    ...section(7, list(exports)),
    ...section(10, list(bodies)),
  ])
}

function simd(code: number): Code {
  return [0xfd, ...unsigned(code)]
}

function section(id: number, contents: Code): Code {
  return [id, ...unsigned(contents.length), ...contents]
}

function list(items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()]
}

function text(value: string): Code {
  return list(Array.from(Buffer.from(value), (byte) => [byte]))
}

/** LEB128 */
function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)]
}

/** Signed LEB128, for small numbers. */
function signed(value: number): Code {
  const [low, rest] = [value & 0x7f, value >> 7]
  const isLast = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)
  return isLast ? [low] : [low | 0x80, ...signed(rest)]
}
