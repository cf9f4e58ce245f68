import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { weightTable } from '../../src/encoder/weights.js'
import { bytesOf, writeRawTensors } from '../../src/tensor/writeSafetensors.js'
import type { RawTensor } from '../../src/tensor/writeSafetensors.js'
import {
  call,
  EMPTY_DICT,
  global,
  int,
  NONE,
  op,
  pickle,
  str,
  tuple,
  uint64,
} from '../tensor/pytorch/pickle/pickleWriter.js'
import { keyList, storageStream } from '../tensor/pytorch/storageStream.js'
import { zip } from '../tensor/pytorch/zipWriter.js'
import { TINY_CONFIG, tinyWeights } from './tinyBert.js'

/** What a file of the tiny BERT of `writeTinyBert` is called and holds. */
type Tensors = Map<string, RawTensor>

/** The tensors of the tiny BERT under other names, with `more` that it does not need. */
export function tinyTensors(rename = (name: string) => name, more: readonly string[] = []): Tensors {
  const shapes = new Map(weightTable(TINY_CONFIG).map(({ name, shape }) => [name, shape]))
  const tensors: Tensors = new Map(
    [...tinyWeights()].map(([name, values]) => [
      rename(name),
      { dtype: 'F32', shape: shapes.get(name) ?? [], bytes: bytesOf(values) },
    ]),
  )
  for (const name of more) tensors.set(name, { dtype: 'F32', shape: [2], bytes: new Uint8Array(8) })
  return tensors
}

/** Replaces the weights of a directory by these files. */
export async function replaceWeights(
  directory: string,
  files: Readonly<Record<string, Uint8Array | string>>,
): Promise<string> {
  await rm(path.join(directory, 'model.safetensors'), { force: true })
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(directory, name), content)
  return directory
}

/** The tensors in shards, and the index that names them. */
export function sharded(tensors: Tensors, count: number): Record<string, Uint8Array | string> {
  const fileOf = (i: number) => `model-0000${i + 1}-of-0000${count}.safetensors`
  const shards = Array.from({ length: count }, (): Tensors => new Map())
  const weightMap: Record<string, string> = {}
  for (const [i, [name, tensor]] of [...tensors].entries()) {
    shards[i % count]?.set(name, tensor)
    weightMap[name] = fileOf(i % count)
  }
  const files = shards.map((shard, i): [string, Uint8Array] => [fileOf(i), writeRawTensors(shard)])
  const index = JSON.stringify({ metadata: {}, weight_map: weightMap })
  return { ...Object.fromEntries(files), 'model.safetensors.index.json': index }
}

/** A state dict of float tensors, as torch pickles it. */
function stateDict(tensors: Tensors): Uint8Array {
  const items = [...tensors].flatMap(([name, { shape, bytes }], i) => {
    const storage = tuple(
      ...[str('storage'), global('torch', 'FloatStorage'), str(String(i)), str('cpu'), int(bytes.length / 4)],
      ...(i % 2 === 0 ? [] : [NONE]),
    )
    const strides = shape.map((_, n) => shape.slice(n + 1).reduce((product, size) => product * size, 1))
    const tensor = call(
      'torch._utils',
      '_rebuild_tensor_v2',
      Buffer.concat([storage, op('Q')]),
      int(0),
      tuple(...shape.map(int)),
      tuple(...strides.map(int)),
      op(0x89),
      EMPTY_DICT,
    )
    return [str(name), tensor, op('s')]
  })
  return pickle(call('collections', 'OrderedDict'), ...items)
}

/** `pytorch_model.bin` as torch.save writes it. */
export function pytorchZip(tensors: Tensors): Uint8Array {
  const storages = [...tensors.values()].map(({ bytes }, i) => [`archive/data/${i}`, bytes] as const)
  return zip([['archive/data.pkl', stateDict(tensors)], ...storages])
}

/** The same as torch wrote it before version 1.6. */
export function pytorchLegacy(tensors: Tensors): Uint8Array {
  const values = [...tensors.values()]
  const object = stateDict(tensors)
  const head = storageStream(0, {
    object,
    keys: keyList(...values.map((_, i) => String(i))),
    count: 0n,
    data: new Uint8Array(),
  })
  const data = values.flatMap(({ bytes }) => [Uint8Array.from(uint64(BigInt(bytes.length / 4))), bytes])
  // The stream of one storage ends in its number of elements, which stands in front of each here.
  return Buffer.concat([head.subarray(0, head.length - 8), ...data])
}

/** The first part of a file. */
export async function cut(file: string, bytes: number): Promise<void> {
  await writeFile(file, (await readFile(file)).subarray(0, bytes))
}
