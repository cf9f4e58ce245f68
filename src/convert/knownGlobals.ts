import { invalidCheckpoint } from './invalidCheckpoint.js'
import {
  arrayFromBuffer,
  buildArray,
  buildDtype,
  makeDtype,
  makeScalar,
  reconstructArray,
} from './numpyArray.js'
import type { PickleOptions } from './pickle/pickleMachine.js'
import { hasKind, kindOf } from './pickle/values.js'
import type { PyGlobal, PyValue } from './pickle/values.js'
import { loadStorage } from './torchStorage.js'
import { rebuildTensor, STORAGE_GLOBALS } from './torchTensor.js'

type Call = NonNullable<PyGlobal['call']>

/**
 * Everything that a checkpoint of the original may ask for by name, and what stands for it here. None of it reaches
 * outside the checkpoint's own bytes.
 * @param pickleBytes length of the pickle. The options are for this pickle alone: two of the calls read bytes that the
 * pickle could pass to them over and over, so each gets this many bytes in all, which is enough to read every byte once.
 */
export function checkpointPickleOptions(pickleBytes: number): PickleOptions {
  const known: readonly PyGlobal[] = [
    called('collections.OrderedDict', makeDict),
    called('torch._utils._rebuild_tensor_v2', rebuildTensor),
    called('torch.storage._load_from_bytes', limited(loadStorage, pickleBytes)),
    ...STORAGE_GLOBALS,
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
  return { globals: new Map(known.map((global) => [global.name, global])), build }
}

function called(name: string, call: Call): PyGlobal {
  return { kind: 'global', name, call }
}

/** Since protocol 2 an OrderedDict is made empty and filled afterwards. */
function makeDict(args: readonly PyValue[]): PyValue {
  if (args.length > 0) throw invalidCheckpoint('an OrderedDict is made with arguments')
  return new Map()
}

/** Bounds the length of the first arguments of all calls together. */
function limited(call: Call, maxBytes: number): Call {
  let total = 0
  return (args) => {
    const [data] = args
    if (typeof data === 'string' || data instanceof Uint8Array) total += data.length
    if (total > maxBytes) throw invalidCheckpoint('the same bytes are decoded again and again')
    return call(args)
  }
}

/** `_codecs.encode(text, "latin1")`: how protocol 2 writes bytes. */
function encodeLatin1([text, encoding]: readonly PyValue[]): PyValue {
  if (typeof text !== 'string' || encoding !== 'latin1') {
    throw invalidCheckpoint('_codecs.encode is called for something else than a str in latin1')
  }
  if (/[\u0100-\uffff]/.test(text)) throw invalidCheckpoint('a str has characters outside latin1')
  return Buffer.from(text, 'latin1')
}

function build(target: PyValue, state: PyValue): void {
  // Attributes that were set on an OrderedDict, such as the `_metadata` of a state dict, are dropped.
  if (target instanceof Map) return
  if (!hasKind(target)) throw invalidCheckpoint(`a ${kindOf(target)} is given a state`)
  if (target.kind === 'instance') target.state = state
  else if (target.kind === 'array') buildArray(target, state)
  else if (target.kind === 'dtype') buildDtype(target, state)
  else throw invalidCheckpoint(`a ${target.kind} is given a state`)
}
