import { LLimitError } from '../errors.js'
import { startBackend } from '../tensor/backend.js'
import type { StartedBackend } from '../tensor/backend.js'
import { serveCalls } from '../thread/serve.js'
import { DenseNetwork } from './denseNetwork.js'
import type { NetworkShape, PromptBatch } from './denseNetwork.js'
import { readCheckedFiles } from './files.js'
import type { NetworkSource } from './files.js'

/** The calls of the scorer's thread. `id` names one loaded network. */
export interface ScorerCalls {
  start: () => Promise<StartedBackend>
  load: (argument: { id: number; source: NetworkSource }) => Promise<NetworkShape>
  /** -> [M, P]; undefined where `job` was given up. */
  score: (argument: { id: number; job: number; batch: PromptBatch }) => Promise<Float32Array | undefined>
  /** Ends a job between two of its turns, if it has not ended. */
  giveUp: (job: number) => void
  unload: (id: number) => void
}

const networks = new Map<number, DenseNetwork>()
/** Jobs in progress, true for those that were given up. */
const jobs = new Map<number, boolean>()

serveCalls<ScorerCalls>({
  // Native TensorFlow may run in one thread of a process only, and that is the encoder's.
  start: () => startBackend(['wasm', 'cpu']),
  async load({ id, source }) {
    const network = await DenseNetwork.load(await readCheckedFiles(source), source.calibration)
    networks.set(id, network)
    return network.shape
  },
  async score({ id, job, batch }) {
    const network = networks.get(id)
    if (network === undefined) {
      throw new LLimitError('MODEL_BROKEN', 'the saved model is no longer loaded; try again')
    }
    jobs.set(job, false)
    try {
      return await network.scoreUnless(() => jobs.get(job) === true, batch)
    } finally {
      jobs.delete(job)
    }
  },
  giveUp(job) {
    if (jobs.has(job)) jobs.set(job, true)
  },
  unload(id) {
    networks.get(id)?.dispose()
    networks.delete(id)
  },
})
