import { assemble, op } from './assembler.js'
import type { Code, WasmFunction } from './assembler.js'

/** Rows that `addProduct` takes at once: each pass over the sums then does four times the work. */
export const ROWS_AT_ONCE = 4

/** Float32 lanes of a vector register; widths are multiples of it. */
export const LANES = 4

/** Columns of int8 that `addInt8Row` takes at once. */
export const INT8_LANES = 8

/** Columns of float64 that `addFloat64Row` takes at once. */
export const FLOAT64_LANES = 2

/**
 * Loops in vector registers, on one memory. Arguments are addresses and lengths in bytes; all widths are padded to
 * whole registers by the caller, and nothing is checked here but the end of the memory.
 */
export interface Kernels {
  /** z[c] += sum over rows of x[row] * w[row, c]. `groups`: rows / ROWS_AT_ONCE. `bytes`: of z and of a row of w. */
  addProduct: (x: number, w: number, z: number, groups: number, bytes: number) => void
  /** Scalar product of two rows of `bytes` bytes. */
  dot: (a: number, b: number, bytes: number) => number
  /** z[c] += factor * row[c], the row in int8. `columns`: a multiple of INT8_LANES. */
  addInt8Row: (row: number, z: number, factor: number, columns: number) => void
  /** z[c] += factor * row[c] in float64. `bytes`: of a row. */
  addFloat64Row: (row: number, z: number, factor: number, bytes: number) => void
}

let compiled: WebAssembly.Module | undefined

/**
 * The kernels on a memory. A few hundred bytes are compiled at once, when the first one is made; what V8 then optimizes is the
 * code of all.
 * @throws an error of WebAssembly if the processor has no vector registers.
 */
export function createKernels(memory: WebAssembly.Memory): Kernels {
  compiled ??= new WebAssembly.Module(assemble([addProduct, dot, addInt8Row, addFloat64Row]))
  // The names and types of the exports are those of the functions below.
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as Kernels
}

/** Pages of memory, 64 KiB each, for so many bytes. */
export function pagesFor(bytes: number): number {
  return Math.ceil(bytes / 65_536)
}

const plus = (local: number, other: number): Code => [...op.get(local), ...op.get(other), ...op.addI32]
const increase = (local: number, by: Code): Code => [...op.get(local), ...by, ...op.addI32, ...op.set(local)]
/** `local += step`, then whether it is below `end`. */
const advance = (local: number, step: number, end: number): Code => [
  ...increase(local, op.i32(step)),
  ...op.get(local),
  ...op.get(end),
  ...op.lessI32,
]

const addProduct: WasmFunction = (() => {
  const [x, w, z, groups, bytes, k] = [0, 1, 2, 3, 4, 5]
  const rows = Array.from({ length: ROWS_AT_ONCE }, (_, n) => ({ factor: 6 + 2 * n, row: 7 + 2 * n }))
  const loadRows = rows.flatMap(({ factor, row }) => [
    ...[...op.get(x), ...op.loadF32, ...op.splatF32, ...op.set(factor)],
    ...[...op.get(w), ...op.set(row)],
    ...increase(x, op.i32(4)),
    ...increase(w, op.get(bytes)),
  ])
  const columns = op.loopWhile([
    ...plus(z, k),
    ...[...plus(z, k), ...op.loadV128],
    ...rows.flatMap(({ factor, row }) => [
      ...[...plus(row, k), ...op.loadV128],
      ...[...op.get(factor), ...op.mulF32x4, ...op.addF32x4],
    ]),
    ...op.storeV128,
    ...advance(k, 16, bytes),
  ])
  const body = op.loopWhile([
    ...loadRows,
    ...[...op.i32(0), ...op.set(k)],
    ...columns,
    ...increase(groups, op.i32(-1)),
    ...op.get(groups),
  ])
  return {
    name: 'addProduct',
    parameters: ['i32', 'i32', 'i32', 'i32', 'i32'],
    locals: ['i32', ...rows.flatMap(() => ['v128', 'i32'] as const)],
    body,
  }
})()

const dot: WasmFunction = (() => {
  const [a, b, bytes, k, sum] = [0, 1, 2, 3, 4]
  const lane = (n: number): Code => [...op.get(sum), ...op.lane(n)]
  return {
    name: 'dot',
    parameters: ['i32', 'i32', 'i32'],
    result: 'f32',
    locals: ['i32', 'v128'],
    body: [
      ...op.loopWhile([
        ...[...plus(a, k), ...op.loadV128, ...plus(b, k), ...op.loadV128, ...op.mulF32x4],
        ...[...op.get(sum), ...op.addF32x4, ...op.set(sum)],
        ...advance(k, 16, bytes),
      ]),
      ...[...lane(0), ...lane(1), ...op.addF32, ...lane(2), ...lane(3), ...op.addF32, ...op.addF32],
    ],
  }
})()

const addInt8Row: WasmFunction = (() => {
  const [row, z, factor, columns, k, values, factors] = [0, 1, 2, 3, 4, 5, 6]
  /** z += factor * four of the eight values. */
  const addFour = (widen: Code): Code => [
    ...op.get(z),
    ...[...op.get(z), ...op.loadV128],
    ...[...op.get(values), ...widen, ...op.i32AsF32, ...op.get(factors), ...op.mulF32x4],
    ...[...op.addF32x4, ...op.storeV128],
    ...increase(z, op.i32(16)),
  ]
  return {
    name: 'addInt8Row',
    parameters: ['i32', 'i32', 'f32', 'i32'],
    locals: ['i32', 'v128', 'v128'],
    body: [
      ...[...op.get(factor), ...op.splatF32, ...op.set(factors)],
      ...op.loopWhile([
        ...[...plus(row, k), ...op.load8AsI16, ...op.set(values)],
        ...addFour(op.lowI16AsI32),
        ...addFour(op.highI16AsI32),
        ...advance(k, 8, columns),
      ]),
    ],
  }
})()

const addFloat64Row: WasmFunction = (() => {
  const [row, z, factor, bytes, k, factors] = [0, 1, 2, 3, 4, 5]
  return {
    name: 'addFloat64Row',
    parameters: ['i32', 'i32', 'f64', 'i32'],
    locals: ['i32', 'v128'],
    body: [
      ...[...op.get(factor), ...op.splatF64, ...op.set(factors)],
      ...op.loopWhile([
        ...plus(z, k),
        ...[...plus(z, k), ...op.loadV128],
        ...[...plus(row, k), ...op.loadV128, ...op.get(factors), ...op.mulF64x2],
        ...[...op.addF64x2, ...op.storeV128],
        ...advance(k, 16, bytes),
      ]),
    ],
  }
})()
