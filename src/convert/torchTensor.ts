import { ELEMENT_BYTES } from './elementType.js'
import type { ElementType } from './elementType.js'
import { invalidCheckpoint } from './invalidCheckpoint.js'
import { isGlobal, isStorage, isTuple, kindOf } from './pickle/values.js'
import type { PyArray, PyGlobal, PyStorage, PyValue } from './pickle/values.js'
import { asSize, asSizes, byteCount } from './sizes.js'
import { formatShape } from './wording.js'

const STORAGE_TYPES: ReadonlyMap<string, ElementType> = new Map([
  ['torch.DoubleStorage', 'float64'],
  ['torch.FloatStorage', 'float32'],
  ['torch.HalfStorage', 'float16'],
  ['torch.BFloat16Storage', 'bfloat16'],
  ['torch.LongStorage', 'int64'],
  ['torch.IntStorage', 'int32'],
])

/** The storage classes. They only occur inside persistent ids and are never called. */
export const STORAGE_GLOBALS: readonly PyGlobal[] = [...STORAGE_TYPES.keys()].map((name) => ({
  kind: 'global',
  name,
}))

/** What a persistent id of torch says of a storage whose bytes stand elsewhere. */
export interface StorageId {
  readonly type: ElementType
  readonly key: string
  readonly byteLength: number
}

/**
 * Reads a persistent id, the tuple `("storage", storage class, key, device, number of elements[, None])`. The device is
 * of no interest: weights that were trained on a GPU are stored in the same way.
 */
export function parseStorageId(id: PyValue): StorageId {
  if (!isTuple(id)) throw invalidCheckpoint(`a persistent id is a ${kindOf(id)}, not a tuple`)
  const [tag, storageClass, key, , length, view = null] = id.items
  if (tag !== 'storage' || !isGlobal(storageClass) || typeof key !== 'string') {
    throw invalidCheckpoint('a persistent id does not describe a torch storage')
  }
  if (view !== null) throw invalidCheckpoint('a torch storage that is a view of another is not supported')
  const type = STORAGE_TYPES.get(storageClass.name)
  if (!type) throw invalidCheckpoint(`${storageClass.name} is not a torch storage class`)
  return { type, key, byteLength: asSize(length, 'length of a torch storage') * ELEMENT_BYTES[type] }
}

/**
 * `torch._utils._rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks)`. Only row-major tensors
 * without holes occur in checkpoints; others are refused.
 */
export function rebuildTensor(args: readonly PyValue[]): PyArray {
  const [storage, offset, size, stride] = args
  if (!isStorage(storage)) {
    throw invalidCheckpoint(`a tensor is built on a ${kindOf(storage ?? null)}, not on a torch storage`)
  }
  const shape = asSizes(size, 'shape of a tensor')
  checkContiguous(shape, asSizes(stride, 'stride of a tensor'))
  return {
    kind: 'array',
    shape,
    type: storage.type,
    bytes: elementsAt(storage, asSize(offset, 'offset of a tensor'), shape),
    littleEndian: true,
    fortranOrder: false,
  }
}

function checkContiguous(shape: readonly number[], stride: readonly number[]): void {
  if (stride.length !== shape.length) {
    throw invalidCheckpoint(`a tensor of ${shape.length} dimensions has ${stride.length} strides`)
  }
  let expected = 1
  for (let dimension = shape.length - 1; dimension >= 0; dimension--) {
    const size = shape[dimension] ?? 0
    // The stride of a dimension of size 1 is never used, and torch leaves any number there.
    if (size !== 1 && stride[dimension] !== expected) {
      const found = `shape ${formatShape(shape)} and stride ${formatShape(stride)}`
      throw invalidCheckpoint(`a tensor with ${found} is not contiguous, which is not supported`)
    }
    expected *= Math.max(size, 1)
  }
}

function elementsAt(storage: PyStorage, offset: number, shape: readonly number[]): Uint8Array {
  const start = offset * ELEMENT_BYTES[storage.type]
  const end = start + byteCount(shape, storage.type)
  if (end > storage.bytes.length) {
    const has = storage.bytes.length
    throw invalidCheckpoint(
      `a tensor of shape ${formatShape(shape)} ends at byte ${end} of a storage of ${has}`,
    )
  }
  return storage.bytes.subarray(start, end)
}
