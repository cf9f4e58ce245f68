import type { CheckpointContents, NamedTensors } from './checkpointContents.js'
import { toFloatTensor } from './floatTensor.js'
import { invalidCheckpoint } from './invalidCheckpoint.js'
import { checkpointPickleOptions } from './knownGlobals.js'
import { refuseOtherTypes } from './otherTypes.js'
import type { PickleOptions } from './pickle/pickleMachine.js'
import { readPickle } from './pickle/readPickle.js'
import { isArray } from './pickle/values.js'
import type { PyValue } from './pickle/values.js'
import { readTorchArchive } from './torchArchive.js'
import { describeValue } from './wording.js'

/** Contents of the original's own `.pkl`: one pickled dict. */
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
    throw invalidCheckpoint(`${bytes.length - end} bytes follow the end of the pickle at byte ${end}`)
  }
  return value
}

function contentsOf(checkpoint: PyValue): CheckpointContents {
  if (!(checkpoint instanceof Map)) {
    throw invalidCheckpoint(`the checkpoint is ${describeValue(checkpoint)}, not a dict`)
  }
  refuseOtherTypes(checkpoint)
  const scaler = checkpoint.get('prompt_features_scaler_state') ?? null
  return {
    settings: checkpoint,
    network: readTensors(checkpoint.get('network_state_dict') ?? null, 'network_state_dict'),
    scaler: scaler === null ? undefined : readTensors(scaler, 'prompt_features_scaler_state'),
  }
}

function readTensors(dict: PyValue, name: string): NamedTensors {
  if (!(dict instanceof Map)) throw invalidCheckpoint(`${name} is ${describeValue(dict)}, not a dict`)
  return new Map(
    [...dict].map(([key, value]) => {
      if (typeof key !== 'string') {
        throw invalidCheckpoint(`${name} has the key ${describeValue(key)}, not a str`)
      }
      if (!isArray(value)) {
        throw invalidCheckpoint(`${name} has ${describeValue(value)} as ${describeValue(key)}`)
      }
      return [key, toFloatTensor(value, `${name}[${describeValue(key)}]`)]
    }),
  )
}
