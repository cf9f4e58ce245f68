import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'

import { isPassingFailure, LLimitError, messageOf, quote } from '../errors.js'
import { decodeFloats, isFloatType } from '../tensor/floats.js'
import { LEGACY_TORCH_START, readLegacyTorch } from '../tensor/pytorch/legacyTorch.js'
import type { PickleOptions } from '../tensor/pytorch/pickle/pickleMachine.js'
import { readPickle } from '../tensor/pytorch/pickle/readPickle.js'
import { isArray } from '../tensor/pytorch/pickle/values.js'
import type { PyArray, PyValue } from '../tensor/pytorch/pickle/values.js'
import { readTorchArchive } from '../tensor/pytorch/torchArchive.js'
import { TORCH_GLOBALS } from '../tensor/pytorch/torchGlobals.js'
import type { Safetensors } from '../tensor/safetensors.js'

/** What Node reads into memory at once; the weights of a large BERT take 1.3 GB. */
const MAX_BYTES = 2 ** 31 - 1

const OPTIONS: PickleOptions = {
  globals: new Map(TORCH_GLOBALS.map((global) => [global.name, global])),
  // Attributes that were set on an OrderedDict, such as the `_metadata` of a state dict, are dropped.
  build: (target) => {
    if (!(target instanceof Map))
      throw new LLimitError('INVALID_CHECKPOINT', 'expected a dict that takes a state')
  },
}

/**
 * The tensors of `pytorch_model.bin`, or of its shards, through our own reader of pickles, which runs nothing.
 * @throws LLimitError MODEL_BROKEN, naming the file, if one is damaged or holds anything but a dict of tensors.
 */
export async function openPytorch(
  files: readonly string[],
): Promise<Pick<Safetensors, 'names' | 'shape' | 'read' | 'close'>> {
  const tensors = new Map<string, PyArray>()
  for (const file of files) for (const [name, tensor] of await readTensors(file)) tensors.set(name, tensor)
  const tensor = (name: string): PyArray => {
    const found = tensors.get(name)
    if (found !== undefined) return found
    throw new LLimitError('MODEL_BROKEN', `expected a tensor ${quote(name)} in the weights, found none`)
  }
  return {
    names: [...tensors.keys()],
    shape: (name) => tensor(name).shape,
    read: (name) => {
      const { bytes, type, littleEndian } = tensor(name)
      if (isFloatType(type)) return Promise.resolve(decodeFloats(bytes, type, littleEndian))
      const message = `${quote(name)} of the weights: expected floating-point numbers, got ${type}`
      return Promise.reject(new LLimitError('MODEL_BROKEN', message))
    },
    close: () => Promise.resolve(),
  }
}

async function readTensors(file: string): Promise<Map<string, PyArray>> {
  const name = `${path.basename(file)} of the encoder`
  try {
    const { size } = await stat(file)
    if (size > MAX_BYTES)
      throw new LLimitError('MODEL_BROKEN', `expected at most ${MAX_BYTES} bytes, got ${size}`)
    return tensorsIn(await readObject(await readFile(file)))
  } catch (cause) {
    const isPassing = isPassingFailure(cause)
    if (!isPassing && !(cause instanceof LLimitError)) throw cause
    const fault = isPassing ? 'cannot be read now; try again' : messageOf(cause)
    throw new LLimitError(isPassing ? 'ENGINE_UNAVAILABLE' : 'MODEL_BROKEN', `${name}: ${fault}`, { cause })
  }
}

async function readObject(bytes: Buffer): Promise<PyValue> {
  if (bytes.toString('hex', 0, 8) === LEGACY_TORCH_START) return readLegacyTorch(bytes, OPTIONS)
  const { pickle, persistentLoad } = await readTorchArchive(bytes, MAX_BYTES)
  return readPickle(pickle, { ...OPTIONS, persistentLoad }).value
}

/** Some files have the dict under a name of its own. */
function tensorsIn(object: PyValue): Map<string, PyArray> {
  const inner =
    object instanceof Map ? (object.get('state_dict') ?? object.get('model_state_dict')) : undefined
  const dict = inner instanceof Map ? inner : object
  if (!(dict instanceof Map))
    throw new LLimitError('MODEL_BROKEN', 'expected a dict of tensors, got something else')
  const tensors = [...dict].flatMap(([key, value]): [string, PyArray][] =>
    typeof key === 'string' && isArray(value) ? [[key, value]] : [],
  )
  return new Map(tensors)
}
