import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { expect } from 'chai'
import fc from 'fast-check'

import { StaticEncoder } from '../../../src/encoder/static/staticEncoder.js'
import { isStaticEncoder, readStaticSpec } from '../../../src/encoder/static/staticSpec.js'
import { LLimitError } from '../../../src/errors.js'
import { bytesOf, writeRawTensors } from '../../../src/tensor/writeSafetensors.js'
import { rejection } from '../../rejection.js'
import { ENCODER_DIRECTORY } from '../../savedModels.js'
import { tinyRows, WORDS, writePublishedStatic, writeTinyStatic } from './tinyStatic.js'

/** Words of the vocabulary, and two that it does not have. */
const text = fc.array(fc.constantFrom(...WORDS, 'zebra', '?'), { maxLength: 40 })

/** Unit vectors in float32, and float32 rows of which each is rounded by half a step of float16 at most. */
const TOLERANCE = 1e-6

/** What an encoder of WORDS is to give, in float64, word by word and by no code of the encoder. */
function expected(words: readonly string[], damping: 'none' | 'sqrt', normalize: boolean): number[] {
  const { columns: E, data } = tinyRows()
  const counts = new Map<number, number>()
  for (const word of words) {
    const id = Math.max(
      0,
      WORDS.findIndex((known) => known === word),
    )
    counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  const shares = [...counts].map(([id, n]) => ({ id, share: damping === 'sqrt' ? n ** 0.5 : n }))
  const sum = Array.from({ length: E }, (_, e) =>
    shares.reduce((total, { id, share }) => total + share * (data[id * E + e] ?? NaN), 0),
  )
  const divisor = normalize ? Math.hypot(...sum) : shares.reduce((total, { share }) => total + share, 0)
  return sum.map((value) => (words.length === 0 ? 0 : value / divisor))
}

function expectClose(found: Float32Array, wanted: readonly number[], tolerance: number): void {
  expect(found.length).to.equal(wanted.length)
  const errors = wanted.map((value, e) => Math.abs(value - (found[e] ?? NaN)))
  expect(Math.max(...errors), `${found.join()} against ${wanted.join()}`).to.be.at.most(tolerance)
}

describe('StaticEncoder', () => {
  for (const damping of ['none', 'sqrt'] as const) {
    for (const normalize of [true, false]) {
      it(`gives the vectors of a float64 oracle (damping ${damping}, normalize ${normalize})`, async () => {
        const encoder = await StaticEncoder.open(
          await writeTinyStatic({ damping, normalize, format: 'fp32' }),
        )
        fc.assert(
          fc.property(text, (words) => {
            const { vector, tokens, truncated } = encoder.encode(words.join(' '))
            expectClose(vector, expected(words, damping, normalize), TOLERANCE)
            expect({ tokens, truncated }).to.deep.equal({ tokens: words.length, truncated: false })
          }),
        )
      })
    }
  }

  it('loads 8 and 16 bits, each as near as its steps are', async () => {
    // A row of magnitude 2 has steps of 2 / 127 and 2^-10; half of one each, and a mean of rows is no further off.
    for (const [format, step] of [
      ['int8', 1 / 127],
      ['fp16', 2 ** -11],
    ] as const) {
      const encoder = await StaticEncoder.open(
        await writeTinyStatic({ damping: 'none', normalize: false, format }),
      )
      fc.assert(
        fc.property(text, (words) =>
          expectClose(
            encoder.encode(words.join(' ')).vector,
            expected(words, 'none', false),
            step + TOLERANCE,
          ),
        ),
      )
    }
  })

  for (const normalize of [true, false]) {
    for (const folder of ['0_StaticEmbedding', '']) {
      it(`loads what sentence-transformers publishes (normalize ${normalize}, folder "${folder}")`, async () => {
        const directory = await writePublishedStatic(normalize, folder)
        expect(await isStaticEncoder(directory)).to.equal(true)
        const encoder = await StaticEncoder.open(directory)
        fc.assert(
          fc.property(text, (words) =>
            expectClose(
              encoder.encode(words.join(' ')).vector,
              expected(words, 'none', normalize),
              TOLERANCE,
            ),
          ),
        )
      })
    }
  }

  it('has the zero vector for a prompt without tokens', async () => {
    const encoder = await StaticEncoder.open(await writeTinyStatic())
    for (const prompt of ['', ' \n\t', '\u0000\ud800']) {
      expect(encoder.encode(prompt)).to.deep.equal({
        vector: new Float32Array(8),
        tokens: 0,
        truncated: false,
      })
    }
  })

  it('does not know the prompts before', async () => {
    const encoder = await StaticEncoder.open(await writeTinyStatic())
    const other = await StaticEncoder.open(await writeTinyStatic())
    fc.assert(
      fc.property(fc.array(text), text, (before, words) => {
        for (const prompt of before) encoder.encode(prompt.join(' '))
        expect(encoder.encode(words.join(' '))).to.deep.equal(other.encode(words.join(' ')))
      }),
    )
  })

  it('reads all of a prompt of 200,000 characters, or as much as its configuration says', async () => {
    const words = Array.from({ length: 50_000 }, (_, i) => (i < 25_000 ? 'cat' : 'dog'))
    const all = await StaticEncoder.open(await writeTinyStatic({ format: 'fp32' }))
    const found = all.encode(words.join(' '))
    expectClose(found.vector, expected(words, 'sqrt', true), TOLERANCE)
    expect(found).to.include({ tokens: 50_000, truncated: false })

    const few = await StaticEncoder.open(await writeTinyStatic({ format: 'fp32', maxTokens: 25_000 }))
    expect(few.maxTokens).to.equal(25_000)
    const cut = few.encode(words.join(' '))
    expectClose(cut.vector, expected(['cat'], 'sqrt', true), TOLERANCE)
    expect(cut).to.include({ tokens: 50_000, truncated: true })
  })

  it('never fails, whatever the text', async () => {
    const encoder = await StaticEncoder.open(await writeTinyStatic())
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (prompt) => {
        const { vector } = encoder.encode(prompt)
        const length = Math.hypot(...vector)
        expect(length === 0 || Math.abs(length - 1) < TOLERANCE).to.equal(true)
      }),
    )
  })

  it('tells encoders apart that give other vectors', async () => {
    const variants = [
      {},
      { damping: 'none' },
      { normalize: false },
      { maxTokens: 5 },
      { rows: tinyRows(2) },
    ] as const
    const specs = await Promise.all(
      variants.map(async (options) => readStaticSpec(await writeTinyStatic(options))),
    )
    expect(new Set(specs.map(({ fingerprint }) => fingerprint)).size).to.equal(variants.length)
    const again = await readStaticSpec(await writeTinyStatic())
    expect(again.fingerprint).to.equal(specs[0]?.fingerprint)
  })

  it('knows a transformer from a static encoder', async () => {
    expect(await isStaticEncoder(ENCODER_DIRECTORY)).to.equal(false)
    expect(await isStaticEncoder(await writeTinyStatic())).to.equal(true)
    expect(await isStaticEncoder('/nowhere')).to.equal(false)
  })

  const faults: [string, (directory: string) => Promise<void>, RegExp][] = [
    [
      'a damping that it does not know',
      (d) => edit(d, (c) => ({ ...c, count_damping: 'log' })),
      /config.json of the encoder: count_damping/,
    ],
    [
      'a matrix with fewer rows than ids',
      (d) => shortMatrix(d),
      /tokenizer.json of the encoder: expected ids below 2, the rows of model.safetensors, got 9/,
    ],
    ['a damaged matrix', (d) => writeFile(path.join(d, 'model.safetensors'), 'x'), /safetensors/],
    ['a tokenizer that is none', (d) => writeFile(path.join(d, 'tokenizer.json'), '{}'), /tokenizer.json/],
    ['a matrix that its reference vectors are not of', (d) => otherMatrix(d), /Expected reference vectors/],
    ['numbers that are none', (d) => notANumber(d), /expected finite numbers, got NaN at 3/],
  ]
  for (const [what, damage, message] of faults) {
    it(`rejects ${what}`, async () => {
      const directory = await writeTinyStatic({ format: 'fp32' })
      await damage(directory)
      const error = await rejection(StaticEncoder.open(directory))
      if (!(error instanceof LLimitError)) throw error
      expect(error).to.include({ code: 'MODEL_BROKEN' })
      expect(error.message).to.match(message)
      expect(error.message).not.to.contain(directory)
    })
  }
})

async function edit(directory: string, change: (config: object) => object): Promise<void> {
  const file = path.join(directory, 'config.json')
  await writeFile(file, JSON.stringify(change(JSON.parse(await readFile(file, 'utf8')) as object)))
}

async function writeMatrix(directory: string, rows: number, data: Float32Array): Promise<void> {
  const tensor = { dtype: 'F32', shape: [rows, tinyRows().columns], bytes: bytesOf(data) }
  await writeFile(
    path.join(directory, 'model.safetensors'),
    writeRawTensors(new Map([['embedding.weight', tensor]])),
  )
}

function shortMatrix(directory: string): Promise<void> {
  const { columns, data } = tinyRows()
  return writeMatrix(directory, 2, data.slice(0, 2 * columns))
}

function notANumber(directory: string): Promise<void> {
  const { rows, data } = tinyRows()
  data[3] = NaN
  return writeMatrix(directory, rows, data)
}

async function otherMatrix(directory: string): Promise<void> {
  const other = await writeTinyStatic({ format: 'fp32', rows: tinyRows(2) })
  await writeFile(
    path.join(directory, 'model.safetensors'),
    await readFile(path.join(other, 'model.safetensors')),
  )
}
