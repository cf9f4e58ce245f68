import { memory } from '@tensorflow/tfjs-core'

import { LLimitError } from '../errors.js'
import { startBackend } from '../tensor/backend.js'
import type { StartedBackend } from '../tensor/backend.js'
import { currentCall, serveCalls } from '../thread/serve.js'
import { DenseNetwork } from './denseNetwork.js'
import type { PromptBatch } from './denseNetwork.js'
import type { NetworkShape } from './networkShape.js'
import { readCheckedFiles } from './files.js'
import type { NetworkSource } from './files.js'

/** The calls of the scorer's thread. `id` names one loaded network. */
export interface ScorerCalls {
  start: () => Promise<StartedBackend>
  load: (argument: { id: number; source: NetworkSource }) => Promise<NetworkShape>
  /** -> [M, P]; an error if `job` was cancelled. */
  score: (argument: { id: number; job: number; batch: PromptBatch }) => Promise<Float32Array>
  /** Ends a job the next time it yields, if it has not ended. */
  cancel: (job: number) => void
  unload: (id: number) => void
  /** How many there are in this thread now, with those of a job in progress. */
  tensors: () => number
}

const networks = new Map<number, DenseNetwork>()
/** Jobs in progress. */
const jobs = new Map<number, AbortController>()

serveCalls<ScorerCalls>({
  // Native TensorFlow may run in one thread of a process only, and that is the encoder's.
  start: () => startBackend(['wasm', 'cpu']),
  async load({ id, source }) {
    const resume = currentCall()
    const files = await readCheckedFiles(source)
    const network = await DenseNetwork.load(files, source.calibration, {
      shape: source.shape,
      onStart: resume,
    })
    networks.set(id, network)
    return network.shape
  },
  async score({ id, job, batch }) {
    const network = networks.get(id)
    if (network === undefined) {
      throw new LLimitError('MODEL_BROKEN', 'The saved model is no longer loaded; try again')
    }
    const resume = currentCall()
    const controller = new AbortController()
    jobs.set(job, controller)
    try {
      return await network.score(batch, controller.signal, resume)
    } finally {
      jobs.delete(job)
    }
  },
  cancel(job) {
    jobs.get(job)?.abort()
  },
  unload(id) {
    networks.get(id)?.dispose()
    networks.delete(id)
  },
  tensors: () => memory().numTensors,
})
