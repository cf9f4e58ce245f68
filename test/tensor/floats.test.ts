import { expect } from 'chai'
import fc from 'fast-check'

import { decodeFloats } from '../../src/tensor/floats.js'

describe('decodeFloats', () => {
  it('gives float32 back exactly, in both byte orders', () => {
    fc.assert(
      fc.property(fc.array(fc.float()), fc.boolean(), (numbers, littleEndian) => {
        const view = new DataView(new ArrayBuffer(4 * numbers.length))
        numbers.forEach((number, i) => view.setFloat32(4 * i, number, littleEndian))
        const decoded = decodeFloats(new Uint8Array(view.buffer), 'float32', littleEndian)
        expect([...decoded]).to.deep.equal(numbers)
      }),
    )
  })

  it('rounds float64 to the nearest float32', () => {
    fc.assert(
      fc.property(fc.array(fc.double()), (numbers) => {
        const bytes = new Uint8Array(Float64Array.from(numbers).buffer)
        expect([...decodeFloats(bytes, 'float64')]).to.deep.equal(numbers.map(Math.fround))
      }),
    )
  })

  it('decodes float16: ordinary, largest, subnormal, signed zero, infinite, NaN', () => {
    const bits = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x83ff, 0x8000, 0x7c00, 0xfc00, 0x7e00)
    const decoded = decodeFloats(new Uint8Array(bits.buffer), 'float16')
    expect([...decoded]).to.deep.equal([
      1,
      -2,
      65504,
      5.960464477539063e-8,
      -0.00006097555160522461,
      -0,
      Infinity,
      -Infinity,
      NaN,
    ])
  })

  it('decodes every finite float16 to a number between its neighbors', () => {
    const bits = Uint16Array.from({ length: 0x7c00 }, (_, i) => i)
    const decoded = decodeFloats(new Uint8Array(bits.buffer), 'float16')
    const negative = decodeFloats(new Uint8Array(bits.map((b) => b | 0x8000).buffer), 'float16')
    for (let i = 1; i < decoded.length; i++) {
      expect(decoded[i]).to.be.above(decoded[i - 1] ?? NaN)
      expect(negative[i]).to.equal(-(decoded[i] ?? NaN))
    }
  })

  it('decodes bfloat16 as the upper half of a float32', () => {
    fc.assert(
      fc.property(fc.nat(0xffff), (bits) => {
        const bytes = Uint8Array.of(bits & 0xff, bits >> 8)
        const [expected] = new Float32Array(Uint32Array.of(bits << 16).buffer)
        expect(decodeFloats(bytes, 'bfloat16')[0]).to.deep.equal(expected)
      }),
    )
  })

  it('reads views that begin at any byte, and copies', () => {
    const memory = new Uint8Array(9)
    memory.set(new Uint8Array(Float32Array.of(1.5, -3).buffer), 1)
    const decoded = decodeFloats(memory.subarray(1), 'float32')
    memory.fill(0)
    expect([...decoded]).to.deep.equal([1.5, -3])
  })
})
