import type { DenseNetworkWeights } from '../../scorer/networkWeights.js'
import { devMetrics } from './devMetrics.js'
import type { Metrics } from './devMetrics.js'
import type { BlendedPart } from '../components/components.js'
import type { Prepared } from '../data/prepare.js'
import type { ProgressFile } from './checkpointFile.js'
import { logitsOf, trainPart } from './trainComponent.js'
import type { EpochReport, Progress, Schedule } from './trainComponent.js'

export interface PartsRequest {
  schedule: Schedule
  seed: number
  /** Where a part's training is kept after each epoch, and taken up from. */
  progressOf?: (part: string) => ProgressFile
  onEpoch?: (part: string, report: EpochReport, metrics: Metrics) => void
}

export interface TrainedParts {
  /** The blend as one network; sums of everything that the parts are made of. */
  network: Pick<DenseNetworkWeights, 'towers' | 'llmBias' | 'gatedBranches'>
  /** [n] its logits on the pairs of the dev split. */
  devLogits: Float32Array
}

/** Trains the parts one after the other and blends them. */
export async function trainParts(
  { schedule, seed, progressOf, onEpoch }: PartsRequest,
  prepared: Prepared,
  parts: readonly BlendedPart[],
): Promise<TrainedParts> {
  const { dev } = prepared
  const devLogits = new Float32Array(dev.llm.length)
  let network: TrainedParts['network'] = { towers: [], gatedBranches: [] }
  for (const [n, { name, part, share, contribution }] of parts.entries()) {
    const kept = progressOf?.(name)
    const report = async (epoch: EpochReport, progress: Progress) => {
      await kept?.write(progress)
      onEpoch?.(name, epoch, devMetrics(dev, epoch.devLogits))
    }
    const best = await trainPart(part, schedule, seed + n, prepared, report, await kept?.read())
    logitsOf(part, best.parameters, dev).forEach((z, i) => {
      devLogits[i] = (devLogits[i] ?? NaN) + share * z
    })
    const added = contribution(best.parameters)
    network = {
      ...network,
      ...added,
      towers: [...network.towers, ...added.towers],
      gatedBranches: [...network.gatedBranches, ...added.gatedBranches],
    }
  }
  return { network, devLogits }
}
