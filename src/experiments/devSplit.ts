import type { SourceMean } from './sourceMeans.js'
import { compareSystems } from './sourceMeans.js'
import { promptUnits } from './promptUnits.js'
import { promptsOfSplit, trainSystem } from './systems.js'
import type { Comparison } from './systems.js'

export interface DevReport {
  prompts: number
  /** Over all prompts alike. */
  metrics: SourceMean[]
}

/**
 * How setups compare on the dev split, which chose the epoch of each: new prompts of sources and categories that training knows.
 * A TensorFlow.js backend must have been started.
 * @throws LLimitError as `trainPredictor` does.
 */
export async function evaluateDev(comparison: Comparison): Promise<DevReport> {
  const { data, setups, seed } = comparison
  const dev = promptsOfSplit(data.outcomes, 'dev')
  const systems = []
  for (const setup of setups) {
    const { predict } = await trainSystem(data, setup, comparison, 'the dev split')
    systems.push({ name: setup.name, units: promptUnits('', predict(dev).predicted) })
  }
  return { prompts: dev.length, metrics: compareSystems(systems, seed) }
}
