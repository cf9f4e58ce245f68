import type { LLimitError } from '../errors.js'
import { describePyValue } from '../tensor/pytorch/formatting.js'
import { invalidCheckpoint } from '../tensor/pytorch/invalidCheckpoint.js'
import {
  arrayFromBuffer,
  buildArray,
  buildDtype,
  makeDtype,
  makeScalar,
  reconstructArray,
} from './numpyArray.js'
import type { PickleOptions } from '../tensor/pytorch/pickle/pickleMachine.js'
import { isObject, typeName } from '../tensor/pytorch/pickle/values.js'
import type { PyGlobal, PyValue } from '../tensor/pytorch/pickle/values.js'
import { TORCH_GLOBALS } from '../tensor/pytorch/torchGlobals.js'
import { loadStorage } from '../tensor/pytorch/torchTensor.js'

type Call = NonNullable<PyGlobal['call']>

/**
 * Everything that a checkpoint of LLimit v1 may ask for by name, and what stands for it here. None of it reaches
 * outside the checkpoint's own bytes.
 * @param pickleBytes length of the pickle. The options are for this pickle alone: two of the calls read bytes that the
 * pickle could pass to them over and over, so each gets this many bytes in all, which is enough to read every byte once.
 */
export function checkpointPickleOptions(pickleBytes: number): PickleOptions {
  const allowed: readonly PyGlobal[] = [
    ...TORCH_GLOBALS,
    called('torch.storage._load_from_bytes', limited(loadStorage, pickleBytes)),
    { kind: 'global', name: 'numpy.ndarray' },
    called('numpy.dtype', makeDtype),
    // numpy 2 renamed its modules.
    ...['numpy.core', 'numpy._core'].flatMap((module) => [
      called(`${module}.multiarray._reconstruct`, reconstructArray),
      called(`${module}.multiarray.scalar`, makeScalar),
      called(`${module}.numeric._frombuffer`, arrayFromBuffer),
    ]),
    called('_codecs.encode', limited(encodeLatin1, pickleBytes)),
    { kind: 'global', name: 'src.utils.training_history.TrainingHistoryEntry', instantiable: true },
  ]
  return { globals: new Map(allowed.map((global) => [global.name, global])), build }
}

function called(name: string, call: Call): PyGlobal {
  return { kind: 'global', name, call }
}

/** Bounds the length of the first arguments of all calls together. */
function limited(call: Call, maxBytes: number): Call {
  let total = 0
  return (args) => {
    const [data] = args
    if (typeof data === 'string' || data instanceof Uint8Array) total += data.length
    if (total > maxBytes)
      throw invalidCheckpoint(
        `expected calls for ${maxBytes} bytes in all, got more: the same bytes again and again`,
      )
    return call(args)
  }
}

/** `_codecs.encode(text, "latin1")`: how protocol 2 writes bytes. */
function encodeLatin1([text, encoding]: readonly PyValue[]): PyValue {
  if (typeof text !== 'string' || encoding !== 'latin1') {
    throw invalidCheckpoint(
      `_codecs.encode: expected a str and "latin1", got ${describePyValue(text)} and ${describePyValue(encoding)}`,
    )
  }
  if (/[\u0100-\uffff]/.test(text))
    throw invalidCheckpoint('_codecs.encode: expected characters of latin1, got others')
  return Buffer.from(text, 'latin1')
}

function build(target: PyValue, state: PyValue): void {
  // Attributes that were set on an OrderedDict, such as the `_metadata` of a state dict, are dropped.
  if (target instanceof Map) return
  if (!isObject(target)) throw withState(target)
  if (target.kind === 'instance') target.state = state
  else if (target.kind === 'array') buildArray(target, state)
  else if (target.kind === 'dtype') buildDtype(target, state)
  else throw withState(target)
}

function withState(target: PyValue): LLimitError {
  return invalidCheckpoint(`expected an object that takes a state, got ${typeName(target)}`)
}
