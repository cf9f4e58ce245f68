import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { expect } from 'chai'

import type { EngineName, Precision } from '../../src/engines.js'
import { readEncoderSpec } from '../../src/encoder/directory.js'
import { OPEN_ENGINE } from '../../src/encoder/openEngine.js'
import { pack } from '../../src/encoder/packing.js'
import { selectEngine } from '../../src/encoder/selectEngine.js'
import { openWeights } from '../../src/encoder/weightFile.js'
import { writeRawTensors } from '../../src/tensor/writeSafetensors.js'
import { rejection } from '../rejection.js'
import { TINY_PROMPTS, writeTinyBert } from './tinyBert.js'
import { cut, pytorchLegacy, pytorchZip, replaceWeights, sharded, tinyTensors } from './weightForms.js'

const gammas = (name: string) =>
  name.replace('LayerNorm.weight', 'LayerNorm.gamma').replace('LayerNorm.bias', 'LayerNorm.beta')
const HEAD = ['bert.pooler.dense.weight', 'cls.predictions.bias', 'classifier.weight']

type RawTensors = ReturnType<typeof tinyTensors>

function onlyShard(tensors: RawTensors): Record<string, Uint8Array> {
  return { 'model.safetensors': writeRawTensors(tensors) }
}

describe('fault 20: weights in the forms in which they are published', () => {
  const tokens = pack(TINY_PROMPTS.map((ids) => Int32Array.from(ids)))
  const vectorsOf = async (directory: string, engine: 'onnxruntime' | 'cpu') => {
    const opened = await OPEN_ENGINE[engine](await readEncoderSpec(directory), 'fp32')
    const vectors = await opened.encode(tokens)
    await opened.dispose()
    return { vectors: Array.from(vectors), leftOut: opened.leftOut }
  }
  let expected: Awaited<ReturnType<typeof vectorsOf>>[]
  before(async () => {
    const directory = await writeTinyBert()
    expected = [await vectorsOf(directory, 'onnxruntime'), await vectorsOf(directory, 'cpu')]
  })

  const forms: [string, () => Record<string, Uint8Array | string>, string[]][] = [
    ['shards of safetensors', () => sharded(tinyTensors(), 3), []],
    ['pytorch_model.bin', () => ({ 'pytorch_model.bin': pytorchZip(tinyTensors()) }), []],
    ['pytorch_model.bin before torch 1.6', () => ({ 'pytorch_model.bin': pytorchLegacy(tinyTensors()) }), []],
    ['gamma and beta', () => ({ 'model.safetensors': writeRawTensors(tinyTensors(gammas)) }), []],
    [
      'heads, and names that begin with bert.',
      () => ({ 'model.safetensors': writeRawTensors(tinyTensors((name) => `bert.${name}`, HEAD)) }),
      HEAD,
    ],
    [
      'gamma and heads in pytorch_model.bin',
      () => ({ 'pytorch_model.bin': pytorchZip(tinyTensors((name) => `bert.${gammas(name)}`, HEAD)) }),
      HEAD,
    ],
    [
      'names that begin with module.',
      () => ({ 'model.safetensors': writeRawTensors(tinyTensors((name) => `module.bert.${name}`)) }),
      [],
    ],
  ]
  for (const [title, files, leftOut] of forms) {
    it(`gives the same vectors from ${title}`, async () => {
      const directory = await replaceWeights(await writeTinyBert(), files())
      for (const [i, engine] of (['onnxruntime', 'cpu'] as const).entries()) {
        const found = await vectorsOf(directory, engine)
        expect(found.vectors).to.deep.equal(expected[i]?.vectors)
        expect(found.leftOut).to.deep.equal(leftOut)
      }
    })
  }

  it('has another checksum for other weights, in whatever form', async () => {
    const specs = await Promise.all(
      [forms[0], forms[1]].map(async (form) =>
        readEncoderSpec(await replaceWeights(await writeTinyBert(), form?.[1]() ?? {})),
      ),
    )
    const plain = await readEncoderSpec(await writeTinyBert())
    expect(new Set([plain, ...specs].map(({ sha256 }) => sha256)).size).to.equal(3)
  })

  it('rejects what belongs to the encoder and is not in config.json', async () => {
    const files = {
      'model.safetensors': writeRawTensors(tinyTensors(undefined, ['encoder.layer.2.output.dense.bias'])),
    }
    const spec = await readEncoderSpec(await replaceWeights(await writeTinyBert(), files))
    expect(String(await rejection(openWeights(spec)))).to.match(
      /unexpected encoder\.layer\.2\.output\.dense\.bias/,
    )
  })

  const engines: [EngineName, Precision][] = [
    ['onnxruntime', 'fp32'],
    ['onnxruntime', 'int8'],
    ['wasm', 'fp32'],
    ['cpu', 'fp32'],
  ]
  // One that is looked up, one that int8 rounds, one that it does not.
  const wrongNames = [
    'embeddings.word_embeddings.weight',
    'encoder.layer.1.output.dense.weight',
    'encoder.layer.1.output.dense.bias',
  ]
  for (const [engine, precision] of engines) {
    it(`fault 16: rejects weights that are no numbers, which would be the vectors of some prompts: ${engine} ${precision}`, async () => {
      for (const name of wrongNames) {
        for (const [wrong, write] of [
          [NaN, onlyShard],
          [Infinity, onlyShard],
          [-Infinity, (tensors: RawTensors) => ({ 'pytorch_model.bin': pytorchZip(tensors) })],
        ] as const) {
          const tensors = tinyTensors()
          tensors.get(name)?.bytes.set(new Uint8Array(Float32Array.of(wrong).buffer), 20)
          const spec = await readEncoderSpec(await replaceWeights(await writeTinyBert(), write(tensors)))
          const error = await rejection(OPEN_ENGINE[engine](spec, precision))
          expect(error).to.include({ code: 'MODEL_BROKEN' })
          expect(String(error)).to.contain(`${name}: expected finite numbers, got ${wrong} at 5`)
        }
      }
    })
  }

  it('names a shard that is missing, and a pickle that is more than tensors', async () => {
    const rest = Object.fromEntries(
      Object.entries(sharded(tinyTensors(), 3)).filter(([name]) => !name.includes('00002')),
    )
    const incomplete = await replaceWeights(await writeTinyBert(), rest)
    expect(String(await rejection(readEncoderSpec(incomplete)))).to.match(
      /model-00002-of-00003\.safetensors of the encoder: cannot be read/,
    )
    const hostile = Buffer.from(pytorchZip(tinyTensors()))
      .toString('latin1')
      .replace('OrderedDict', 'OrderedDicx')
    const files = { 'pytorch_model.bin': Buffer.from(hostile, 'latin1') }
    const spec = await readEncoderSpec(await replaceWeights(await writeTinyBert(), files))
    const error = await rejection(openWeights(spec))
    expect(error).to.include({ code: 'MODEL_BROKEN' })
    expect(String(error)).to.match(/pytorch_model\.bin of the encoder: /)
  })
})

describe('fault 18: weights that are not there', () => {
  const preference = { engine: 'auto', precision: 'fp32' } as const
  const POINTER =
    'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 90868376\n'

  it('says that a file is a pointer to a large file', async () => {
    for (const file of ['model.safetensors', 'pytorch_model.bin', 'config.json']) {
      const directory = await writeTinyBert()
      if (file.startsWith('pytorch')) await replaceWeights(directory, { [file]: POINTER })
      else await writeFile(path.join(directory, file), POINTER)
      const error = await rejection(readEncoderSpec(directory))
      expect(error).to.include({ code: 'MODEL_BROKEN' })
      expect(String(error)).to.contain(
        `${file} of the encoder: expected the file itself of 90868376 bytes, got a pointer of Git LFS`,
      )
    }
  })

  it('says that a file was cut off, whatever engines there are, and tries no second one', async () => {
    const directory = await writeTinyBert()
    const file = path.join(directory, 'model.safetensors')
    await cut(file, (await readFile(file)).length - 100)
    const rejected: string[] = []
    const events = { onRejected: ({ engine }: { engine: string }) => rejected.push(engine) }
    const error = await rejection(selectEngine(await readEncoderSpec(directory), preference, events))
    expect(error).to.include({ code: 'MODEL_BROKEN' })
    expect(String(error)).to.match(
      /model\.safetensors: expected \d+ bytes, of which the last tensor is the end, got \d+/,
    )
    expect(rejected.filter((engine) => engine !== 'tensorflow')).to.deep.equal([])
  })

  it('fault 12: takes no empty list of reference vectors for none', async () => {
    const directory = await writeTinyBert()
    await writeFile(path.join(directory, 'reference.json'), '[]')
    const error = await rejection(selectEngine(await readEncoderSpec(directory), preference))
    expect(error).to.include({ code: 'MODEL_BROKEN' })
    expect(String(error)).to.match(
      /reference\.json of the encoder: the value: expected a reference vector or more, or no file/,
    )
  })
})
