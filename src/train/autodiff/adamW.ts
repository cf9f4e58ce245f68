/* eslint-disable @typescript-eslint/non-nullable-type-assertion-style --
   The loop over all values of all parameters in every step: at() makes it several times slower. A gradient and the moments
   have the length of their parameter. */
import { valueAt } from '../../numeric/at.js'
import type { Parameters } from './parameters.js'

const BETA_1 = 0.9
const BETA_2 = 0.999
const EPSILON = 1e-8

/** How a parameter is updated. */
export interface UpdateRule {
  /** At its highest. */
  learningRate: number
  /** Decoupled decay, times the learning rate. */
  decay: number
  /** L2 penalty: this times the value is added to the gradient. */
  penalty: number
}

/** The moments of every parameter, and how many steps went into them. */
export interface AdamState {
  steps: number
  first: ReadonlyMap<string, Float32Array>
  second: ReadonlyMap<string, Float32Array>
}

export function initialAdamState(parameters: Parameters): AdamState {
  const zeros = () =>
    new Map([...parameters].map(([name, { data }]) => [name, new Float32Array(data.length)]))
  return { steps: 0, first: zeros(), second: zeros() }
}

/**
 * One step of Adam with decoupled weight decay (Loshchilov and Hutter 2019), in place.
 * @param gradients by the name of the parameter, in its shape
 * @param ruleOf how a parameter is updated, by its name
 * @param rateFactor what the learning rates are multiplied by in this step
 * @throws RangeError if a parameter has no gradient.
 */
export function adamWStep(
  parameters: Parameters,
  gradients: ReadonlyMap<string, Float32Array>,
  state: AdamState,
  ruleOf: (name: string) => UpdateRule,
  rateFactor: number,
): void {
  state.steps++
  const unbias1 = 1 / (1 - BETA_1 ** state.steps)
  const unbias2 = 1 / (1 - BETA_2 ** state.steps)
  for (const [name, { data }] of parameters) {
    const gradient = valueAt(gradients, name)
    const first = valueAt(state.first, name)
    const second = valueAt(state.second, name)
    const { learningRate, decay, penalty } = ruleOf(name)
    const rate = learningRate * rateFactor
    const keep = 1 - rate * decay
    for (let i = 0; i < data.length; i++) {
      const g = (gradient[i] as number) + penalty * (data[i] as number)
      const m = BETA_1 * (first[i] as number) + (1 - BETA_1) * g
      const v = BETA_2 * (second[i] as number) + (1 - BETA_2) * g * g
      first[i] = m
      second[i] = v
      data[i] = keep * (data[i] as number) - (rate * m * unbias1) / (Math.sqrt(v * unbias2) + EPSILON)
    }
  }
}
