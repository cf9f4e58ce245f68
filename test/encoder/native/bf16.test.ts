import { expect } from 'chai'

import { hasBf16Instructions, reasonAgainstBf16 } from '../../../src/encoder/native/bf16.js'

const cpuinfo = (flags: string) =>
  ['processor\t: 0', 'model name\t: Some CPU', `flags\t\t: ${flags}`, 'bogomips\t: 5000.00', ''].join('\n')

describe('hasBf16Instructions', () => {
  for (const [flags, expected] of [
    ['fpu sse2 avx2 avx512f avx512_bf16 avx512vbmi', true],
    ['fpu avx512f amx_bf16 amx_tile amx_int8', true],
    ['fpu sse2 avx2 fma', false],
    ['fpu avx512f avx512_vnni', false],
    ['fpu avx512_bf16x', false],
    ['', false],
  ] as const) {
    it(`says ${expected} to "${flags}"`, () => expect(hasBf16Instructions(cpuinfo(flags))).to.equal(expected))
  }

  it('reads the flags only', () => {
    expect(hasBf16Instructions('model name\t: avx512_bf16\nflags\t\t: fpu\n')).to.equal(false)
    expect(hasBf16Instructions('')).to.equal(false)
  })
})

describe('reasonAgainstBf16', () => {
  it('has none where the processor multiplies in bfloat16', () =>
    expect(reasonAgainstBf16(() => cpuinfo('avx512_bf16'))).to.equal(undefined))

  it('names the instructions that are missing', () =>
    expect(reasonAgainstBf16(() => cpuinfo('avx2'))).to.include('avx512_bf16 or amx_bf16'))

  it('is careful where nothing can be read', () =>
    expect(
      reasonAgainstBf16(() => {
        throw new Error('no such file')
      }),
    ).to.include('cannot be read'))
})
