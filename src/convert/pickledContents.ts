import { decodeFloats, isFloatType } from '../tensor/floats.js'
import { checkpointPickleOptions } from './allowedGlobals.js'
import type { CheckpointContents, LazyTensor, NamedTensors } from './checkpointContents.js'
import { describePyValue } from '../tensor/pytorch/formatting.js'
import { invalidCheckpoint } from '../tensor/pytorch/invalidCheckpoint.js'
import { rejectOtherTypes } from './otherTypes.js'
import { withoutWrappers } from './wrappers.js'
import type { PickleOptions } from '../tensor/pytorch/pickle/pickleMachine.js'
import { readPickle } from '../tensor/pytorch/pickle/readPickle.js'
import { isArray } from '../tensor/pytorch/pickle/values.js'
import type { PyArray, PyValue } from '../tensor/pytorch/pickle/values.js'
import { elementCount } from '../tensor/pytorch/sizes.js'
import { readTorchArchive } from '../tensor/pytorch/torchArchive.js'

/** Contents of LLimit v1's own `.pkl`: one pickled dict. */
export function readPickledContents(bytes: Uint8Array): CheckpointContents {
  return contentsOf(readWholePickle(bytes, checkpointPickleOptions(bytes.length)))
}

/** Contents of a `.pt`: the same dict as `torch.save` writes it. */
export async function readTorchContents(bytes: Buffer): Promise<CheckpointContents> {
  const { pickle, persistentLoad } = await readTorchArchive(bytes)
  return contentsOf(readWholePickle(pickle, { ...checkpointPickleOptions(pickle.length), persistentLoad }))
}

function readWholePickle(bytes: Uint8Array, options: PickleOptions): PyValue {
  const { value, end } = readPickle(bytes, options)
  if (end < bytes.length) {
    throw invalidCheckpoint(`expected ${end} bytes, the length of the pickle, got ${bytes.length}`)
  }
  return value
}

function contentsOf(checkpoint: PyValue): CheckpointContents {
  if (!(checkpoint instanceof Map)) {
    throw invalidCheckpoint(`expected a dict as the checkpoint, got ${describePyValue(checkpoint)}`)
  }
  rejectOtherTypes(checkpoint)
  const scaler = checkpoint.get('prompt_features_scaler_state')
  const hasScaler = scaler !== undefined && scaler !== null
  return {
    settings: checkpoint,
    network: withoutWrappers(readTensors(checkpoint.get('network_state_dict'), 'network_state_dict')),
    scaler: hasScaler ? readTensors(scaler, 'prompt_features_scaler_state') : undefined,
  }
}

function readTensors(dict: PyValue | undefined, name: string): NamedTensors {
  if (!(dict instanceof Map)) {
    throw invalidCheckpoint(`${name}: expected a dict, got ${describePyValue(dict)}`)
  }
  return new Map(
    [...dict].map(([key, value]) => {
      if (typeof key !== 'string') {
        throw invalidCheckpoint(`${name}: expected str keys, got ${describePyValue(key)}`)
      }
      const tensor = `${name}[${describePyValue(key)}]`
      if (!isArray(value)) {
        throw invalidCheckpoint(`${tensor}: expected a tensor, got ${describePyValue(value)}`)
      }
      return [key, toLazyTensor(value, tensor)]
    }),
  )
}

/**
 * The values of a tensor or numpy array as float32 (float64 is rounded).
 * @param name for the message
 * @throws LLimitError INVALID_CHECKPOINT if it does not hold floating-point numbers.
 */
export function toLazyTensor(array: PyArray, name: string): LazyTensor {
  const { shape, type, bytes, littleEndian, fortranOrder } = array
  if (!isFloatType(type)) {
    throw invalidCheckpoint(`${name}: expected floating-point numbers, got ${type}`)
  }
  const decode = () => decodeFloats(bytes, type, littleEndian)
  return { shape, read: fortranOrder ? () => toRowMajor(decode(), shape) : decode }
}

function toRowMajor(columnMajor: Float32Array, shape: readonly number[]): Float32Array {
  const rowMajor = new Float32Array(columnMajor.length)
  columnMajor.forEach((value, offset) => (rowMajor[rowMajorOffset(offset, shape)] = value))
  return rowMajor
}

function rowMajorOffset(columnMajorOffset: number, shape: readonly number[]): number {
  let rest = columnMajorOffset
  let offset = 0
  let stride = elementCount(shape)
  for (const size of shape) {
    stride /= size
    offset += (rest % size) * stride
    rest = Math.floor(rest / size)
  }
  return offset
}
