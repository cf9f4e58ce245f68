import { readFile } from 'node:fs/promises'
import path from 'node:path'

import { expect } from 'chai'
import fc from 'fast-check'

import { readStaticSpec } from '../../../src/encoder/static/staticSpec.js'
import { quantizeRows, readTokenMatrix, rowsInFloat32 } from '../../../src/encoder/static/tokenMatrix.js'
import { writeStaticEncoder } from '../../../src/encoder/static/writeStaticEncoder.js'
import { LLimitError } from '../../../src/errors.js'
import { rejection } from '../../rejection.js'
import { TINY_TOKENIZER, tinyRows, writeTinyStatic } from './tinyStatic.js'

const rowsOf = async (directory: string) =>
  rowsInFloat32(readTokenMatrix((await readStaticSpec(directory)).tensors))

describe('writeStaticEncoder', () => {
  it('writes float32 to the last bit', async () => {
    expect(await rowsOf(await writeTinyStatic({ format: 'fp32' }))).to.deep.equal(tinyRows())
  })

  it('rounds to the nearest float16, whatever the number', async () => {
    const numbers = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true, min: -60_000, max: 60_000 }), {
      minLength: 80,
      maxLength: 80,
    })
    await fc.assert(
      fc.asyncProperty(numbers, async (values) => {
        const data = Float32Array.from(values)
        const found = await rowsOf(
          await writeTinyStatic({ format: 'fp16', rows: { rows: 10, columns: 8, data } }),
        )
        data.forEach((value, i) => {
          // 11 significant bits, and steps of 2^-24 below the smallest normal number.
          const step = Math.max(2 ** -24, 2 ** (Math.floor(Math.log2(Math.abs(value))) - 10))
          expect(Math.abs((found.data[i] ?? NaN) - value)).to.be.at.most(step / 2)
        })
      }),
      { numRuns: 20 },
    )
  })

  it('quantizes each row by its own largest magnitude', () => {
    const row = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true, min: -100, max: 100 }), {
      minLength: 4,
      maxLength: 4,
    })
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), (rows) => {
        const data = Float32Array.from(rows.flat())
        const found = rowsInFloat32(quantizeRows(data, rows.length, 4))
        data.forEach((value, i) => {
          const largest = Math.max(...(rows[Math.floor(i / 4)] ?? []).map(Math.abs))
          expect(Math.abs(value - (found.data[i] ?? NaN))).to.be.at.most((largest / 254) * (1 + 1e-5) + 1e-42)
        })
      }),
    )
  })

  it('leaves out a truncation and a padding that other software would obey', async () => {
    const text = await readFile(path.join(await writeTinyStatic(), 'tokenizer.json'), 'utf8')
    expect(JSON.parse(text)).to.deep.equal({ ...TINY_TOKENIZER, truncation: null, padding: null })
  })

  it('does not overwrite', async () => {
    const directory = await writeTinyStatic()
    const config = { count_damping: 'sqrt', normalize: true, max_tokens: null } as const
    const error = await rejection(
      writeStaticEncoder(directory, {
        config,
        rows: tinyRows(),
        format: 'int8',
        tokenizer: '{}',
        reference: [],
      }),
    )
    expect(error).to.be.instanceOf(LLimitError).and.include({ code: 'CONFLICT' })
  })
})
