import { expect } from 'chai'
import fc from 'fast-check'

import { createKernels, pagesFor } from '../../../src/tensor/simd/kernels.js'

const float = fc.float({ noNaN: true, noDefaultInfinity: true, min: -10, max: 10 })
const floats = (length: number) => fc.array(float, { minLength: length, maxLength: length })
const sizes = fc.record({ rows: fc.integer({ min: 1, max: 5 }), registers: fc.integer({ min: 1, max: 6 }) })

/** Products of up to 20 numbers of up to 100 in float32. */
const TOLERANCE = 1e-3

function expectClose(found: ArrayLike<number>, expected: readonly number[]): void {
  expected.forEach((value, i) => expect(found[i]).to.be.closeTo(value, TOLERANCE))
}

describe('the vector kernels', () => {
  const memory = new WebAssembly.Memory({ initial: pagesFor(100_000) })
  const kernels = createKernels(memory)
  const view = (at: number, length: number) => new Float32Array(memory.buffer, at, length)

  it('addProduct adds x W', () => {
    const problem = sizes.chain(({ rows, registers }) =>
      fc.tuple(floats(4 * rows), floats(16 * rows * registers), floats(4 * registers)),
    )
    fc.assert(
      fc.property(problem, ([x, w, z]) => {
        view(0, x.length).set(x)
        view(4096, w.length).set(w)
        view(65_536, z.length).set(z)
        kernels.addProduct(0, 4096, 65_536, x.length / 4, z.length * 4)
        const expected = z.map((value, c) =>
          x.reduce((sum, xi, i) => sum + xi * (w[i * z.length + c] ?? NaN), value),
        )
        expectClose(view(65_536, z.length), expected)
      }),
    )
  })

  it('dot is the scalar product', () => {
    const pair = fc
      .integer({ min: 1, max: 5 })
      .chain((registers) => fc.tuple(floats(4 * registers), floats(4 * registers)))
    fc.assert(
      fc.property(pair, ([a, b]) => {
        view(0, a.length).set(a)
        view(4096, b.length).set(b)
        const expected = a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0)
        expect(kernels.dot(0, 4096, a.length * 4)).to.be.closeTo(expected, TOLERANCE)
      }),
    )
  })

  it('addInt8Row adds a row of bytes times a factor', () => {
    const byte = fc.integer({ min: -128, max: 127 })
    const problem = fc
      .integer({ min: 1, max: 4 })
      .chain((groups) =>
        fc.tuple(fc.array(byte, { minLength: 8 * groups, maxLength: 8 * groups }), floats(8 * groups), float),
      )
    fc.assert(
      fc.property(problem, fc.nat(30), ([row, z, factor], at) => {
        new Int8Array(memory.buffer, at, row.length).set(row)
        view(4096, z.length).set(z)
        kernels.addInt8Row(at, 4096, factor, row.length)
        expectClose(
          view(4096, z.length),
          z.map((value, c) => value + factor * (row[c] ?? NaN)),
        )
      }),
    )
  })

  it('addFloat64Row adds a row times a factor, to the last bit', () => {
    const double = fc.double({ noNaN: true, min: -10, max: 10 })
    const rows = fc.integer({ min: 1, max: 5 }).chain((registers) => {
      const size = { minLength: 2 * registers, maxLength: 2 * registers }
      return fc.tuple(fc.array(double, size), fc.array(double, size), double)
    })
    fc.assert(
      fc.property(rows, ([row, z, factor]) => {
        const at = (from: number) => new Float64Array(memory.buffer, from, row.length)
        at(0).set(row)
        at(4096).set(z)
        kernels.addFloat64Row(0, 4096, factor, row.length * 8)
        expect(Array.from(at(4096))).to.deep.equal(z.map((value, c) => value + (row[c] ?? NaN) * factor))
      }),
    )
  })

  it('stays inside its memory', () => {
    expect(() => kernels.dot(pagesFor(100_000) * 65_536, 0, 16)).to.throw(WebAssembly.RuntimeError)
  })
})
