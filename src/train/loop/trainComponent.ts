import { setImmediate } from 'node:timers/promises'

import * as tf from '@tensorflow/tfjs-core'

import { LLimitError } from '../../errors.js'
import { at } from '../../numeric/at.js'
import { createRandom, permutation } from '../../numeric/random.js'
import type { Random } from '../../numeric/random.js'
import { adamWStep } from '../autodiff/adamW.js'
import { copyParameters, tensorsOf } from '../autodiff/parameters.js'
import type { Parameters, ParameterTensors } from '../autodiff/parameters.js'
import type { Component } from '../components/component.js'
import { allPrompts, batchOf } from '../data/batch.js'
import type { Batch } from '../data/batch.js'
import { promptCount } from '../data/examples.js'
import type { Examples } from '../data/examples.js'
import { heldOutLoss } from '../losses.js'
import { initialCheckpoint } from './checkpoint.js'
import type { BestEpoch, Checkpoint } from './checkpoint.js'
import { learningRateFactor } from './schedule.js'
import type { Schedule } from './schedule.js'

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
  /** The epoch with the least dev loss so far, also of what a resumed training did before. */
  best: Pick<BestEpoch, 'epoch' | 'devLoss'>
}

interface ComponentTraining {
  schedule: Schedule
  seed: number
  /** Where an interrupted training ended. */
  resumeFrom?: Checkpoint | undefined
  /** Told after each epoch; what it returns is waited for. */
  onEpoch?: (report: EpochReport, checkpoint: Checkpoint) => Promise<void> | void
}

/** Prompts that are scored at once. */
const PROMPTS_PER_SCORING = 128

/**
 * Trains one component until its dev loss is no longer falling. The same seed on the same backend gives the same network. A
 * TensorFlow.js backend must have been started.
 * @throws LLimitError TRAINING_DIVERGED if a loss is not finite, before `onEpoch` is told of it: what is kept stays good.
 */
export async function trainComponent(
  component: Component,
  { train, dev }: { train: Examples; dev: Examples },
  { schedule, seed, resumeFrom, onEpoch }: ComponentTraining,
): Promise<BestEpoch> {
  const { epochs, patience } = schedule
  let checkpoint = resumeFrom ?? initialCheckpoint(component.initialParameters(createRandom(seed)))
  const firstEpoch = checkpoint.epoch
  const devBatch = batchOf(dev, allPrompts(dev))
  const started = performance.now()
  while (checkpoint.epoch < epochs && checkpoint.epoch - checkpoint.best.epoch < patience) {
    const epoch = checkpoint.epoch + 1
    // One generator for each epoch, so that a resumed training goes on as if it had not been interrupted.
    const trainLoss = await trainEpoch(
      component,
      checkpoint,
      train,
      schedule,
      createRandom(seed * 1009 + epoch),
    )
    const devLogits = logitsOf(component, checkpoint.parameters, dev)
    const devLoss = heldOutLoss(devLogits, devBatch, component.losses)
    assertFinite('dev', devLoss, component, checkpoint)
    checkpoint = { ...checkpoint, epoch, best: betterOf(checkpoint, epoch, devLoss) }
    const secondsPerEpoch = (performance.now() - started) / 1000 / (epoch - firstEpoch)
    const secondsLeft = secondsPerEpoch * (epochs - epoch)
    await onEpoch?.(
      { epoch, epochs, trainLoss, devLoss, devLogits, secondsLeft, best: checkpoint.best },
      checkpoint,
    )
  }
  return checkpoint.best
}

/** [n] logits of all pairs of `examples`. */
export function logitsOf(component: Component, parameters: Parameters, examples: Examples): Float32Array {
  const logits = new Float32Array(examples.llm.length)
  const tensors = tensorsOf(parameters)
  const all = allPrompts(examples)
  let done = 0
  for (let start = 0; start < all.length; start += PROMPTS_PER_SCORING) {
    const batch = batchOf(examples, all.subarray(start, start + PROMPTS_PER_SCORING))
    const logitsOfBatch = tf.tidy(() => component.logits(tensors, batch))
    logits.set(logitsOfBatch, done)
    done += logitsOfBatch.length
  }
  tf.dispose([...tensors.values()])
  return logits
}

/** Updates the parameters of the checkpoint in place. @returns the mean loss of the steps */
async function trainEpoch(
  component: Component,
  checkpoint: Checkpoint,
  train: Examples,
  { batchPrompts, warmUpSteps, epochs }: Schedule,
  random: Random,
): Promise<number> {
  const { parameters, adam } = checkpoint
  const order = permutation(promptCount(train), random)
  const stepsPerEpoch = Math.ceil(order.length / batchPrompts)
  let lossSum = 0
  for (let step = 0; step < stepsPerEpoch; step++) {
    // An epoch takes seconds: signals and timers are let in between.
    await setImmediate()
    const batch = batchOf(train, order.subarray(step * batchPrompts, (step + 1) * batchPrompts))
    const { loss, gradients } = gradientsOf(component, parameters, batch, random)
    assertFinite('train', loss, component, checkpoint)
    const rateFactor = learningRateFactor(adam.steps, warmUpSteps, stepsPerEpoch * epochs)
    adamWStep(parameters, gradients, adam, (name) => component.updateRule(name), rateFactor)
    lossSum += loss
  }
  return lossSum / stepsPerEpoch
}

function gradientsOf(
  component: Component,
  parameters: Parameters,
  batch: Batch,
  random: Random,
): { loss: number; gradients: ReadonlyMap<string, Float32Array> } {
  const names = [...parameters.keys()]
  const byName = (tensors: readonly tf.Tensor[]): ParameterTensors =>
    new Map(tensors.map((tensor, i) => [at(names, i), tensor]))
  const gradients = new Map<string, Float32Array>()
  let loss = NaN
  tf.tidy(() => {
    const lossOfTensors = (...tensors: tf.Tensor[]) => component.loss(byName(tensors), batch, random)
    const { value, grads } = tf.valueAndGrads(lossOfTensors)([...tensorsOf(parameters).values()])
    loss = at(value.dataSync<'float32'>(), 0)
    for (const [name, gradient] of byName(grads)) gradients.set(name, gradient.dataSync<'float32'>())
  })
  return { loss, gradients }
}

function betterOf({ best, parameters }: Checkpoint, epoch: number, devLoss: number): BestEpoch {
  return devLoss < best.devLoss ? { epoch, devLoss, parameters: copyParameters(parameters) } : best
}

function assertFinite(split: 'train' | 'dev', loss: number, component: Component, reached: Checkpoint): void {
  if (Number.isFinite(loss)) return
  const rates = [...reached.parameters.keys()].map(
    (name) => `${name} ${component.updateRule(name).learningRate}`,
  )
  throw new LLimitError(
    'TRAINING_DIVERGED',
    `training diverged in epoch ${reached.epoch + 1}: expected a finite ${split} loss, got ${loss}; ` +
      `lower a learning rate of the recipe (${rates.join(', ')})`,
  )
}
