import * as tf from '@tensorflow/tfjs-core'

import { adamWStep, initialState } from './adamW.js'
import type { AdamState } from './adamW.js'
import { batchOf } from './batch.js'
import type { Batch } from './batch.js'
import { promptCount } from './examples.js'
import type { Examples } from './examples.js'
import { categoryLoss, lossOf } from './losses.js'
import type { LossWeights } from './losses.js'
import { forward, initialParameters } from './network.js'
import type { ForwardInput, NetworkPlan } from './network.js'
import { plainLoss } from './operations.js'
import { copyParameters } from './parameters.js'
import type { Parameters } from './parameters.js'
import { createRandom, permutation } from './random.js'
import type { Random } from './random.js'

export interface Schedule {
  epochs: number
  /** Prompts of a batch, each with all its pairs. */
  batchPrompts: number
  /** Reached after `warmUpSteps`, then falling to 0 along a cosine. */
  learningRate: number
  warmUpSteps: number
  weightDecay: number
  dropout: number
  /** Epochs without a better dev loss after which it ends. */
  patience: number
}

export interface Training {
  plan: NetworkPlan
  schedule: Schedule
  losses: LossWeights & { category: number }
  seed: number
}

/** Everything that going on after an interruption needs. */
export interface Progress {
  epoch: number
  parameters: Parameters
  adam: AdamState
  best: { epoch: number; devLoss: number; parameters: Parameters }
}

export interface EpochReport {
  epoch: number
  epochs: number
  /** Mean over the steps of the epoch. */
  trainLoss: number
  /** Log loss of the outcomes of the dev split. */
  devLoss: number
  /** [n] logits of the pairs of the dev split. */
  devLogits: Float32Array
  secondsLeft: number
}

/** Prompts that are scored at once. */
const SCORED_AT_ONCE = 128

/**
 * Trains until the dev loss is no longer falling, and gives the parameters of the best epoch. The same seed on the same
 * backend gives the same network. A TensorFlow.js backend must have been started.
 * @param resumed where an interrupted training ended.
 * @param onEpoch told after each epoch; what it returns is waited for.
 */
export async function trainNetwork(
  training: Training,
  train: Examples,
  dev: Examples,
  onEpoch: (report: EpochReport, progress: Progress) => Promise<void> | void,
  resumed?: Progress,
): Promise<Progress['best']> {
  const { plan, schedule, seed } = training
  let progress = resumed ?? startOf(plan, seed)
  const stepsPerEpoch = Math.ceil(promptCount(train) / schedule.batchPrompts)
  const started = performance.now()
  const firstEpoch = progress.epoch
  while (progress.epoch < schedule.epochs && progress.epoch - progress.best.epoch < schedule.patience) {
    const epoch = progress.epoch + 1
    // Drawn anew for each epoch, so that a resumed training goes on as if it had not been interrupted.
    const random = createRandom(seed * 1009 + epoch)
    const order = permutation(promptCount(train), random)
    let lossSum = 0
    for (let step = 0; step < stepsPerEpoch; step++) {
      const chosen = order.subarray(step * schedule.batchPrompts, (step + 1) * schedule.batchPrompts)
      const { loss, gradients } = gradientsOf(training, progress.parameters, batchOf(train, chosen), random)
      const rate = learningRate(schedule, progress.adam.steps, stepsPerEpoch * schedule.epochs)
      adamWStep(progress.parameters, gradients, progress.adam, rate, () => schedule.weightDecay)
      lossSum += loss
    }
    const devLogits = logitsOf(plan, progress.parameters, dev)
    const devLoss = lossOf(devLogits, batchOf(dev, allOf(dev)), OUTCOMES_ONLY).loss
    const better = devLoss < progress.best.devLoss
    const best = better ? { epoch, devLoss, parameters: copyParameters(progress.parameters) } : progress.best
    progress = { ...progress, epoch, best }
    const secondsPerEpoch = (performance.now() - started) / 1000 / (epoch - firstEpoch)
    const secondsLeft = secondsPerEpoch * (schedule.epochs - epoch)
    await onEpoch(
      { epoch, epochs: schedule.epochs, trainLoss: lossSum / stepsPerEpoch, devLoss, devLogits, secondsLeft },
      progress,
    )
  }
  return progress.best
}

const OUTCOMES_ONLY: LossWeights = { outcomes: 1, comparisons: 0, pairs: 0, margin: 0 }

function startOf(plan: NetworkPlan, seed: number): Progress {
  const parameters = initialParameters(plan, createRandom(seed))
  const best = { epoch: 0, devLoss: Infinity, parameters }
  return { epoch: 0, parameters, adam: initialState(parameters), best }
}

/** [n] logits of all pairs of `examples`. */
export function logitsOf(plan: NetworkPlan, parameters: Parameters, examples: Examples): Float32Array {
  const logits = new Float32Array(examples.llm.length)
  const tensors = tensorsOf(parameters)
  const all = allOf(examples)
  for (let start = 0, at = 0; start < all.length; start += SCORED_AT_ONCE) {
    const batch = batchOf(examples, all.subarray(start, start + SCORED_AT_ONCE))
    const part = tf.tidy(() => forward(tensors, plan, inputOf(batch, plan)).logits.dataSync<'float32'>())
    logits.set(part, at)
    at += part.length
  }
  tf.dispose([...tensors.values()])
  return logits
}

function gradientsOf(
  { plan, losses, schedule }: Training,
  parameters: Parameters,
  batch: Batch,
  random: Random,
): { loss: number; gradients: ReadonlyMap<string, Float32Array> } {
  const names = [...parameters.keys()]
  let value = NaN
  const gradients = new Map<string, Float32Array>()
  tf.tidy(() => {
    const dropout = (width: number) => dropoutMask(batch.llm.length, width, schedule.dropout, random)
    const input = { ...inputOf(batch, plan), dropout: schedule.dropout > 0 ? dropout : undefined }
    const loss = (...tensors: tf.Tensor[]) => {
      const { logits, kinds } = forward(new Map(zip(names, tensors)), plan, input)
      const main = plainLoss(logits, (z) => lossOf(z, batch, losses))
      if (kinds === undefined || losses.category === 0) return main
      const ofKinds = plainLoss(kinds, (z) => categoryLoss(z, batch.category, losses.category))
      return tf.add<tf.Scalar>(main, ofKinds)
    }
    const result = tf.valueAndGrads(loss)([...tensorsOf(parameters).values()])
    value = result.value.dataSync<'float32'>()[0] ?? NaN
    for (const [name, gradient] of zip(names, result.grads))
      gradients.set(name, gradient.dataSync<'float32'>())
  })
  return { loss: value, gradients }
}

function zip<A, B>(a: readonly A[], b: readonly B[]): [A, B][] {
  return a.flatMap((left, i) => {
    const right = b[i]
    return right === undefined ? [] : [[left, right] satisfies [A, B]]
  })
}

function tensorsOf(parameters: Parameters): Map<string, tf.Tensor> {
  return new Map([...parameters].map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]))
}

function inputOf({ inputs, category, prompt, llm }: Batch, plan: NetworkPlan): ForwardInput {
  return {
    inputs: tf.tensor2d(inputs, [category.length, plan.inputs]),
    prompt: oneHot(prompt, category.length),
    llm: oneHot(llm, plan.llms),
  }
}

/** [rows.length, width] */
function oneHot(rows: Int32Array, width: number): tf.Tensor2D {
  const values = new Float32Array(rows.length * width)
  rows.forEach((row, i) => (values[i * width + row] = 1))
  return tf.tensor2d(values, [rows.length, width])
}

/** 0 for units that are left out, 1 / (1 - rate) for the others: the expected sum stays. */
function dropoutMask(n: number, width: number, rate: number, random: Random): tf.Tensor2D {
  const kept = 1 / (1 - rate)
  const mask = new Float32Array(n * width)
  for (let i = 0; i < mask.length; i++) mask[i] = random() < rate ? 0 : kept
  return tf.tensor2d(mask, [n, width])
}

function allOf(examples: Examples): Int32Array {
  return Int32Array.from({ length: promptCount(examples) }, (_, p) => p)
}

/** Linear up to `warmUpSteps`, then half a cosine down to 0. */
export function learningRate(
  { learningRate: peak, warmUpSteps }: Schedule,
  step: number,
  steps: number,
): number {
  if (step < warmUpSteps) return (peak * (step + 1)) / warmUpSteps
  const done = Math.min(1, (step - warmUpSteps) / Math.max(1, steps - warmUpSteps))
  return (peak * (1 + Math.cos(Math.PI * done))) / 2
}
