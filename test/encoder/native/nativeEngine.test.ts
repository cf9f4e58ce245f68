import { existsSync, readdirSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'chai'

import { readEncoderSpec } from '../../../src/encoder/directory.js'
import type { Engine } from '../../../src/encoder/engine.js'
import { reasonAgainstBf16 } from '../../../src/encoder/native/bf16.js'
import { openNative } from '../../../src/encoder/native/nativeEngine.js'
import { groupByTokens, pack } from '../../../src/encoder/packing.js'
import { messageOf } from '../../../src/errors.js'
import { completeGolden, edgeRows } from '../../golden.js'
import type { GoldenRow } from '../../golden.js'
import { rejection } from '../../rejection.js'
import { ENCODER_DIRECTORY } from '../../savedModels.js'
import { repositoryRoot } from '../../repository.js'
import { plainBert } from '../plainBert.js'
import { TINY_CONFIG, TINY_PROMPTS, TINY_VARIANTS, tinyWeights, writeTinyBert } from '../tinyBert.js'

const TOKENS = pack(TINY_PROMPTS.map((ids) => Int32Array.from(ids)))

describe('openNative', () => {
  it('rejects int8', async () => {
    const error = await rejection(openNative(await readEncoderSpec(await writeTinyBert()), 'int8'))
    expect(error).to.include({
      code: 'ENGINE_UNAVAILABLE',
      message: 'does not compute in int8',
    })
  })

  // What `npm run build-native` leaves; a stock package has a library of another name.
  const library = 'node_modules/@tensorflow/tfjs-node/deps/lib/libtensorflow_cc.so.2'
  if (!existsSync(path.join(repositoryRoot, library))) {
    it('says how to get native TensorFlow where it is not built', async () => {
      const error = await rejection(openNative(await readEncoderSpec(await writeTinyBert()), 'fp32'))
      expect(error).to.include({ code: 'ENGINE_UNAVAILABLE' })
      expect(messageOf(error)).to.include('npm run build-native')
    })
    return
  }

  it('takes no more of the memory of a GPU than it needs', async () => {
    const encoder = await openTiny(TINY_VARIANTS[0])
    await encoder.dispose()
    // The addon sets it, with the other settings of scripts/native/settings.cc, unless it was set before.
    expect(process.env['TF_FORCE_GPU_ALLOW_GROWTH']).to.equal('true')
  })

  describe('in fp32', () => {
    for (const variant of TINY_VARIANTS) {
      it(`computes BERT with ${JSON.stringify(variant)}`, async () => {
        const encoder = await openTiny(variant)
        const vectors = await encoder.encode(TOKENS)
        await encoder.dispose()
        // Float32 against float64 through two layers of values around 1.
        expect(largestDifference(vectors, expectedOf(variant))).to.be.lessThan(1e-5)
      })
    }

    it('keeps two encoders apart', async () => {
      const [mean, cls] = [await openTiny(TINY_VARIANTS[0]), await openTiny(TINY_VARIANTS[3])]
      const [first, second] = [await mean.encode(TOKENS), await cls.encode(TOKENS)]
      await mean.dispose()
      expect(await cls.encode(TOKENS)).to.deep.equal(second)
      await cls.dispose()
      expect(largestDifference(first, expectedOf(TINY_VARIANTS[0]))).to.be.lessThan(1e-5)
      expect(largestDifference(second, expectedOf(TINY_VARIANTS[3]))).to.be.lessThan(1e-5)
    })

    it('gives a prompt the same vector alone and with others', async () => {
      const encoder = await openTiny({})
      const together = await encoder.encode(TOKENS)
      const alone = await Promise.all(TINY_PROMPTS.map((ids) => encoder.encode(pack([Int32Array.from(ids)]))))
      await encoder.dispose()
      const expected = alone.flatMap((vector) => [...vector])
      expect(largestDifference(together, expected)).to.be.lessThan(1e-6)
    })

    it('leaves no tensor, no graph and no file behind', async () => {
      const [tensors, folders] = [tf.memory().numTensors, temporaryFolders()]
      const encoder = await openTiny({})
      expect(tf.memory().numTensors).to.equal(tensors)
      for (let round = 0; round < 3; round++) await encoder.encode(TOKENS)
      expect(tf.memory().numTensors).to.equal(tensors)
      await encoder.dispose()
      expect(savedModelsHeld()).to.equal(0)
      expect(temporaryFolders()).to.deep.equal(folders)
    })

    it('leaves no graph behind where the weights do not fit', async () => {
      const spec = await readEncoderSpec(await writeTinyBert())
      const wider = { ...spec, bert: { ...spec.bert, vocab_size: 31 } }
      expect(messageOf(await rejection(openNative(wider, 'fp32')))).to.include('word_embeddings')
      expect(savedModelsHeld()).to.equal(0)
    })

    for (const [name, rows] of goldenSets()) {
      it(`gives the vectors of LLimit v1 for ${name}`, async () => {
        const vectors = await encodeAll(rows, 'fp32')
        const expected = rows.flatMap((row) => [...row.embedding_f32le_base64])
        // PyTorch's own batches differ by 3e-7 among themselves.
        expect(largestDifference(vectors, expected)).to.be.lessThan(2e-6)
      }).timeout(300_000)
    }
  })

  if (reasonAgainstBf16() !== undefined) return

  describe('in bf16', () => {
    for (const variant of TINY_VARIANTS) {
      it(`computes BERT with ${JSON.stringify(variant)}`, async () => {
        const encoder = await openTiny(variant, 'bf16')
        const vectors = await encoder.encode(TOKENS)
        await encoder.dispose()
        // A width of 8 averages little of the rounding to 8 bits away.
        expect(smallestCosine(vectors, expectedOf(variant), TINY_CONFIG.hidden_size)).to.be.greaterThan(0.998)
      })
    }

    for (const [name, rows] of goldenSets()) {
      it(`gives nearly the vectors of LLimit v1 for ${name}`, async () => {
        const vectors = await encodeAll(rows, 'bf16')
        const expected = rows.flatMap((row) => [...row.embedding_f32le_base64])
        expect(smallestCosine(vectors, expected, 384)).to.be.greaterThan(0.9999)
      }).timeout(300_000)
    }
  })
})

async function openTiny(variant: Parameters<typeof writeTinyBert>[0], precision: 'fp32' | 'bf16' = 'fp32') {
  return openNative(await readEncoderSpec(await writeTinyBert(variant)), precision)
}

function expectedOf({ pooling, normalize }: (typeof TINY_VARIANTS)[number]): number[] {
  return TINY_PROMPTS.flatMap((ids) => {
    const vector = plainBert(ids, tinyWeights(), TINY_CONFIG, pooling)
    const length = normalize ? Math.hypot(...vector) : 1
    return vector.map((v) => v / length)
  })
}

function goldenSets(): [name: string, rows: readonly GoldenRow[]][] {
  const complete = completeGolden()
  return [
    ['hand-made prompts', edgeRows()],
    ...(complete === undefined
      ? []
      : [['every prompt of the complete set', complete] as [string, GoldenRow[]]]),
  ]
}

async function encodeAll(rows: readonly GoldenRow[], precision: 'fp32' | 'bf16'): Promise<Float32Array> {
  const encoder: Engine = await openNative(await readEncoderSpec(ENCODER_DIRECTORY), precision)
  const prompts = rows.map(({ token_ids }) => Int32Array.from(token_ids))
  const vectors = new Float32Array(rows.length * 384)
  const lengths = prompts.map(({ length }) => length)
  for (const group of groupByTokens(lengths, { tokens: 1024 })) {
    const part = await encoder.encode(pack(group.map((index) => prompts[index] ?? new Int32Array())))
    group.forEach((index, row) => vectors.set(part.subarray(row * 384, (row + 1) * 384), index * 384))
  }
  await encoder.dispose()
  return vectors
}

function largestDifference(actual: Float32Array, expected: readonly number[]): number {
  expect(actual).to.have.length(expected.length)
  return expected.reduce((largest, v, i) => Math.max(largest, Math.abs(v - (actual[i] ?? NaN))), 0)
}

function smallestCosine(actual: Float32Array, expected: readonly number[], width: number): number {
  expect(actual).to.have.length(expected.length)
  const cosines = Array.from({ length: expected.length / width }, (_, row) => {
    const a = [...actual.subarray(row * width, (row + 1) * width)]
    const b = expected.slice(row * width, (row + 1) * width)
    return a.reduce((sum, v, i) => sum + v * (b[i] ?? NaN), 0) / (Math.hypot(...a) * Math.hypot(...b))
  })
  return Math.min(...cosines)
}

function savedModelsHeld(): number {
  return (tf.backend() as unknown as { getNumOfSavedModels: () => number }).getNumOfSavedModels()
}

function temporaryFolders(): string[] {
  return readdirSync(os.tmpdir()).filter((name) => name.startsWith('llimit-encoder-'))
}
