import * as tf from '@tensorflow/tfjs-core'

import { adamWStep, initialState } from '../autodiff/adamW.js'
import type { AdamState } from '../autodiff/adamW.js'
import { allPrompts, batchOf } from '../data/batch.js'
import type { Batch } from '../data/batch.js'
import { promptCount } from '../data/examples.js'
import type { Examples } from '../data/examples.js'
import { heldOutLoss } from '../losses.js'
import { copyParameters } from '../autodiff/parameters.js'
import type { Parameters } from '../autodiff/parameters.js'
import type { Part, Tensors } from '../components/component.js'
import { LLimitError } from '../../errors.js'
import { createRandom, permutation } from '../../numeric/random.js'
import type { Random } from '../../numeric/random.js'

export interface Schedule {
  epochs: number
  /** Prompts of a batch, each with all its pairs. */
  batchPrompts: number
  /** Steps in which the learning rate rises to its highest; from there it falls to 0 along a cosine. */
  warmUpSteps: number
  /** Epochs without a better dev loss after which it ends. */
  patience: number
}

/** Everything that going on after an interruption needs. */
export interface Progress {
  epoch: number
  parameters: Parameters
  adam: AdamState
  best: Best
}

/** The state after the epoch with the least dev loss. */
export interface Best {
  epoch: number
  devLoss: number
  parameters: Parameters
}

export interface EpochReport {
  epoch: number
  epochs: number
  /** Mean over the steps of the epoch. */
  trainLoss: number
  /** Of the dev split: see `heldOutLoss`. */
  devLoss: number
  /** [n] logits of the pairs of the dev split. */
  devLogits: Float32Array
  secondsLeft: number
}

/** Share of all steps. */
const LONGEST_WARM_UP = 0.1

/** Prompts that are scored at once. */
const SCORED_AT_ONCE = 128

/**
 * Trains until the dev loss is no longer falling. The same seed on the same backend gives the same network. A
 * TensorFlow.js backend must have been started.
 * @param onEpoch told after each epoch; what it returns is waited for.
 * @param resumed where an interrupted training ended.
 * @throws LLimitError INVALID_REQUEST where it diverges, before `onEpoch` is told of it: what is kept stays good.
 */
export async function trainPart(
  part: Part,
  schedule: Schedule,
  seed: number,
  { train, dev }: { train: Examples; dev: Examples },
  onEpoch: (report: EpochReport, progress: Progress) => Promise<void> | void,
  resumed?: Progress,
): Promise<Best> {
  const { epochs, batchPrompts, warmUpSteps, patience } = schedule
  let progress = resumed ?? startOf(part.initialParameters(createRandom(seed)))
  const stepsPerEpoch = Math.ceil(promptCount(train) / batchPrompts)
  const steps = stepsPerEpoch * epochs
  // With little data the whole training could be warm-up.
  const warmUp = Math.min(warmUpSteps, Math.ceil(LONGEST_WARM_UP * steps))
  const started = performance.now()
  const firstEpoch = progress.epoch
  while (progress.epoch < epochs && progress.epoch - progress.best.epoch < patience) {
    const epoch = progress.epoch + 1
    // Drawn anew for each epoch, so that a resumed training goes on as if it had not been interrupted.
    const random = createRandom(seed * 1009 + epoch)
    const order = permutation(promptCount(train), random)
    let lossSum = 0
    for (let step = 0; step < stepsPerEpoch; step++) {
      const batch = batchOf(train, order.subarray(step * batchPrompts, (step + 1) * batchPrompts))
      const { loss, gradients } = gradientsOf(part, progress.parameters, batch, random)
      const share = shareOfRate(progress.adam.steps, warmUp, steps)
      adamWStep(progress.parameters, gradients, progress.adam, (name) => part.update(name), share)
      if (!Number.isFinite(loss)) throw diverged(part, progress.parameters, epoch, 'train', loss)
      lossSum += loss
    }
    const devLogits = logitsOf(part, progress.parameters, dev)
    const devLoss = heldOutLoss(devLogits, batchOf(dev, allPrompts(dev)), part.losses)
    if (!Number.isFinite(devLoss)) throw diverged(part, progress.parameters, epoch, 'dev', devLoss)
    const better = devLoss < progress.best.devLoss
    const best = better ? { epoch, devLoss, parameters: copyParameters(progress.parameters) } : progress.best
    progress = { ...progress, epoch, best }
    const secondsPerEpoch = (performance.now() - started) / 1000 / (epoch - firstEpoch)
    const secondsLeft = secondsPerEpoch * (epochs - epoch)
    const trainLoss = lossSum / stepsPerEpoch
    await onEpoch({ epoch, epochs, trainLoss, devLoss, devLogits, secondsLeft }, progress)
  }
  return progress.best
}

/** [n] logits of all pairs of `examples`. */
export function logitsOf(part: Part, parameters: Parameters, examples: Examples): Float32Array {
  const logits = new Float32Array(examples.llm.length)
  const tensors = tensorsOf(parameters)
  const all = allPrompts(examples)
  for (let start = 0, at = 0; start < all.length; start += SCORED_AT_ONCE) {
    const batch = batchOf(examples, all.subarray(start, start + SCORED_AT_ONCE))
    const logitsOfBatch = tf.tidy(() => part.logits(tensors, batch))
    logits.set(logitsOfBatch, at)
    at += logitsOfBatch.length
  }
  tf.dispose([...tensors.values()])
  return logits
}

/** Linear up to `warmUpSteps`, then half a cosine down to 0. */
export function shareOfRate(step: number, warmUpSteps: number, steps: number): number {
  if (step < warmUpSteps) return (step + 1) / warmUpSteps
  const done = Math.min(1, (step - warmUpSteps) / Math.max(1, steps - warmUpSteps))
  return (1 + Math.cos(Math.PI * done)) / 2
}

function startOf(parameters: Parameters): Progress {
  return {
    epoch: 0,
    parameters,
    adam: initialState(parameters),
    // A copy: the others change with every step.
    best: { epoch: 0, devLoss: Infinity, parameters: copyParameters(parameters) },
  }
}

/** @param name of the loss */
function diverged(
  part: Part,
  parameters: Parameters,
  epoch: number,
  name: 'train' | 'dev',
  loss: number,
): LLimitError {
  const rates = [...parameters.keys()].map(
    (parameter) => `${parameter} ${part.update(parameter).learningRate}`,
  )
  return new LLimitError(
    'INVALID_REQUEST',
    `training diverged in epoch ${epoch}: the ${name} loss must be a finite number, it is ${loss}; ` +
      `a learning rate may be too high (${rates.join(', ')})`,
  )
}

function gradientsOf(part: Part, parameters: Parameters, batch: Batch, random: Random) {
  const names = [...parameters.keys()]
  const gradients = new Map<string, Float32Array>()
  let loss = NaN
  tf.tidy(() => {
    const lossOfTensors = (...tensors: tf.Tensor[]) => part.loss(named(names, tensors), batch, random)
    const { value, grads } = tf.valueAndGrads(lossOfTensors)([...tensorsOf(parameters).values()])
    loss = value.dataSync<'float32'>()[0] ?? NaN
    for (const [name, gradient] of named(names, grads)) gradients.set(name, gradient.dataSync<'float32'>())
  })
  return { loss, gradients }
}

function tensorsOf(parameters: Parameters): Map<string, tf.Tensor> {
  return new Map([...parameters].map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]))
}

function named(names: readonly string[], tensors: readonly tf.Tensor[]): Tensors {
  return new Map(tensors.map((tensor, i) => [names[i] ?? '', tensor]))
}
