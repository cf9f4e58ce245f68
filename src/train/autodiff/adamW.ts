import { valueOf } from './parameters.js'
import type { Parameters } from './parameters.js'
import type { Update } from '../components/component.js'

const BETA_1 = 0.9
const BETA_2 = 0.999
const EPSILON = 1e-8

/** The moments of every parameter, and how many steps went into them. */
export interface AdamState {
  steps: number
  first: ReadonlyMap<string, Float32Array>
  second: ReadonlyMap<string, Float32Array>
}

export function initialState(parameters: Parameters): AdamState {
  const zeros = () =>
    new Map([...parameters].map(([name, { data }]) => [name, new Float32Array(data.length)]))
  return { steps: 0, first: zeros(), second: zeros() }
}

/**
 * One step of Adam with decoupled weight decay (Loshchilov and Hutter 2019), in place.
 * @param gradients by the name of the parameter, in its shape
 * @param update how each parameter is updated, by its name
 * @param share of the learning rate that this step takes
 */
export function adamWStep(
  parameters: Parameters,
  gradients: ReadonlyMap<string, Float32Array>,
  state: AdamState,
  update: (name: string) => Update,
  share: number,
): void {
  state.steps++
  const unbias1 = 1 / (1 - BETA_1 ** state.steps)
  const unbias2 = 1 / (1 - BETA_2 ** state.steps)
  for (const [name, { data }] of parameters) {
    const gradient = valueOf(gradients, name)
    const first = valueOf(state.first, name)
    const second = valueOf(state.second, name)
    const { learningRate, decay, penalty } = update(name)
    const rate = learningRate * share
    const keep = 1 - rate * decay
    for (let i = 0; i < data.length; i++) {
      const g = (gradient[i] ?? NaN) + penalty * (data[i] ?? NaN)
      const m = BETA_1 * (first[i] ?? NaN) + (1 - BETA_1) * g
      const v = BETA_2 * (second[i] ?? NaN) + (1 - BETA_2) * g * g
      first[i] = m
      second[i] = v
      data[i] = keep * (data[i] ?? NaN) - (rate * m * unbias1) / (Math.sqrt(v * unbias2) + EPSILON)
    }
  }
}
