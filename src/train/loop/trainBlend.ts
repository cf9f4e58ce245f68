import { at } from '../../numeric/at.js'
import type { ComponentWeights } from '../components/component.js'
import type { BlendedComponent } from '../components/components.js'
import type { PreparedData } from '../data/prepareData.js'
import type { Checkpoint } from './checkpoint.js'
import type { CheckpointFile } from './checkpointFile.js'
import { devMetrics } from './devMetrics.js'
import type { Metrics } from './devMetrics.js'
import type { Schedule } from './schedule.js'
import { logitsOf, trainComponent } from './trainComponent.js'
import type { EpochReport } from './trainComponent.js'

export interface BlendTraining {
  seed: number
  /** Where the training of a component is kept after each epoch, and resumed from. */
  checkpointOf?: (component: string) => CheckpointFile
  onEpoch?: (component: string, report: EpochReport, metrics: Metrics) => void
}

interface Blend {
  /** The blend as one network: the sum of all that the components add to it. */
  weights: ComponentWeights
  /** [n] its logits on the pairs of the dev split. */
  devLogits: Float32Array
}

/** Trains components one after the other and blends them. */
export async function trainBlend(
  components: readonly BlendedComponent[],
  prepared: PreparedData,
  schedule: Schedule,
  { seed, checkpointOf, onEpoch }: BlendTraining,
): Promise<Blend> {
  const { dev } = prepared
  let devLogits = new Float32Array(dev.llm.length)
  let weights: ComponentWeights = { towers: [], gatedBranches: [] }
  for (const [n, { name, component, blendWeight, finish, exportWeights }] of components.entries()) {
    const file = checkpointOf?.(name)
    const best = await trainComponent(component, prepared, {
      schedule,
      seed: seed + n,
      resumeFrom: await file?.read(),
      onEpoch: async (report: EpochReport, checkpoint: Checkpoint) => {
        await file?.write(checkpoint)
        onEpoch?.(name, report, devMetrics(dev, report.devLogits))
      },
    })
    const parameters = finish(best.parameters)
    const own = logitsOf(component, parameters, dev)
    devLogits = devLogits.map((sum, pair) => sum + blendWeight * at(own, pair))
    weights = sumOf(weights, exportWeights(parameters))
  }
  return { weights, devLogits }
}

/** One component at most has a number per LLM. */
function sumOf(a: ComponentWeights, b: ComponentWeights): ComponentWeights {
  return {
    ...a,
    ...b,
    towers: [...a.towers, ...b.towers],
    gatedBranches: [...a.gatedBranches, ...b.gatedBranches],
  }
}
