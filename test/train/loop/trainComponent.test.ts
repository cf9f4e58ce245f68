import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'

import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'chai'

import { auc } from '../../../src/metrics/auc.js'
import { at } from '../../../src/numeric/at.js'
import { gatherRows } from '../../../src/numeric/matrix.js'
import { mean } from '../../../src/numeric/mean.js'
import { startBackend } from '../../../src/tensor/backend.js'
import type { Parameters } from '../../../src/train/autodiff/parameters.js'
import type { Component } from '../../../src/train/components/component.js'
import { componentsOf } from '../../../src/train/components/components.js'
import { allPrompts, batchOf } from '../../../src/train/data/batch.js'
import type { Examples } from '../../../src/train/data/examples.js'
import { prepareData } from '../../../src/train/data/prepareData.js'
import type { PreparedData } from '../../../src/train/data/prepareData.js'
import type { Checkpoint } from '../../../src/train/loop/checkpoint.js'
import { CheckpointFile } from '../../../src/train/loop/checkpointFile.js'
import type { Schedule } from '../../../src/train/loop/schedule.js'
import { logitsOf, trainComponent } from '../../../src/train/loop/trainComponent.js'
import type { EpochReport } from '../../../src/train/loop/trainComponent.js'
import { heldOutLoss } from '../../../src/train/losses.js'
import { recipeSchema } from '../../../src/train/recipe.js'
import { rejection } from '../../rejection.js'
import { worldOf } from '../world.js'

const SCHEDULE: Schedule = { epochs: 5, batchPrompts: 20, warmUpSteps: 5, patience: 5 }

const RECIPES = {
  'a gated mixture': {
    kinds: { heads: 1, per_category: 1, table_learning_rate: 0.1, gate_learning_rate: 0.03 },
  },
  'a tower': {
    kinds: { weight: 0 },
    tower: { weight: 1, hidden: [8], llm_dimension: 4, dropout: 0.1, learning_rate: 0.02 },
  },
}

/** The only component of a recipe, with what it learns from. */
function settingOf(which: keyof typeof RECIPES, { shuffled = false, train = 200, dev = 100 } = {}) {
  const { data, embeddings } = worldOf({ seed: 4, train, dev, shuffled })
  const recipe = recipeSchema.parse(RECIPES[which])
  const prepared = prepareData(data, embeddings, recipe)
  const [only] = componentsOf(recipe, prepared)
  if (only === undefined) throw new Error('the recipe has no component')
  return { component: only.component, prepared }
}

const valuesOf = (parameters: Parameters) =>
  [...parameters].map(([name, { data }]) => [name, Array.from(data)] as const)

/** Log loss of the dev split if each LLM gets its mean over the training prompts. */
function lossOfMeans({ train, dev }: PreparedData): number {
  const logits = Float32Array.from(dev.llm, (llm) => {
    const p = mean(train.target.filter((_, pair) => train.llm[pair] === llm))
    return Math.log(p / (1 - p))
  })
  return heldOutLoss(logits, batchOf(dev, allPrompts(dev)), {
    outcomes: 1,
    comparisons: 0,
    pairs: 0,
    margin: 0,
  })
}

describe('trainComponent', () => {
  before(() => startBackend(['wasm']))

  for (const which of ['a gated mixture', 'a tower'] as const) {
    describe(`with ${which}`, () => {
      it('gives the same parameters for the same seed, and others for another', async () => {
        const { component, prepared } = settingOf(which)
        const train = async (seed: number) =>
          valuesOf(
            (await trainComponent(component, prepared, { schedule: { ...SCHEDULE, epochs: 2 }, seed }))
              .parameters,
          )
        const known = await train(1)
        expect(await train(1)).to.deep.equal(known)
        expect(await train(2)).to.not.deep.equal(known)
      })

      it('resumes after an interruption as if there had been none', async () => {
        const { component, prepared } = settingOf(which)
        const folder = await mkdtemp(path.join(os.tmpdir(), 'llimit-checkpoint-'))
        try {
          const file = new CheckpointFile(folder, 'key')
          const training = { schedule: SCHEDULE, seed: 7 }
          const whole: EpochReport[] = []
          const best = await trainComponent(component, prepared, {
            ...training,
            onEpoch: (report) => void whole.push(report),
          })
          const stop = async ({ epoch }: EpochReport, checkpoint: Checkpoint) => {
            await file.write(checkpoint)
            if (epoch === 2) throw new Error('stopped')
          }
          const stopped = await rejection(trainComponent(component, prepared, { ...training, onEpoch: stop }))
          expect(stopped).to.include({ message: 'stopped' })
          const resumed: EpochReport[] = []
          const second = await trainComponent(component, prepared, {
            ...training,
            resumeFrom: await file.read(),
            onEpoch: (report) => void resumed.push(report),
          })
          expect(resumed.map(({ epoch }) => epoch)).to.deep.equal([3, 4, 5])
          expect(resumed.map(({ devLoss }) => devLoss)).to.deep.equal(
            whole.slice(2).map(({ devLoss }) => devLoss),
          )
          expect(valuesOf(second.parameters)).to.deep.equal(valuesOf(best.parameters))
          expect(second.epoch).to.equal(best.epoch)
        } finally {
          await rm(folder, { recursive: true })
        }
      })

      it('learns what each LLM is good at: far better than the mean of each', async () => {
        const { component, prepared } = settingOf(which)
        const schedule = { ...SCHEDULE, epochs: 12 }
        const { devLoss } = await trainComponent(component, prepared, { schedule, seed: 1 })
        // By its logits this world has an entropy about .15 below the loss of the means; half of that must be found.
        expect(devLoss).to.be.lessThan(lossOfMeans(prepared) - 0.075)
      })

      it('finds nothing in shuffled labels', async () => {
        const { component, prepared } = settingOf(which, { shuffled: true, dev: 400 })
        const best = await trainComponent(component, prepared, { schedule: SCHEDULE, seed: 1 })
        const { dev } = prepared
        const area = auc(logitsOf(component, best.parameters, dev), dev.target)
        // 2000 outcomes, half of them successes: the AUC of chance has a standard deviation of sqrt(1 / (3 * 2000)) = .013.
        expect(area).to.be.closeTo(0.5, 0.04)
      })

      it('leaves no tensor behind', async () => {
        const { component, prepared } = settingOf(which, { train: 40, dev: 20 })
        const before = tf.memory().numTensors
        await trainComponent(component, prepared, { schedule: { ...SCHEDULE, epochs: 2 }, seed: 1 })
        expect(tf.memory().numTensors).to.equal(before)
      })
    })
  }

  it('gives the parameters of the best epoch, whose loss it reports, and lets signals in meanwhile', async () => {
    const { component, prepared } = settingOf('a tower', { train: 30, dev: 60 })
    const losses: number[] = []
    const schedule = { ...SCHEDULE, epochs: 30, patience: 3 }
    const onEpoch = ({ devLoss }: EpochReport) => void losses.push(devLoss)
    const training = trainComponent(component, prepared, { schedule, seed: 1, onEpoch })
    expect(await Promise.race([training, setImmediate('signals')])).to.equal('signals')
    const best = await training
    expect(best.devLoss).to.equal(Math.min(...losses))
    expect(losses[best.epoch - 1]).to.equal(best.devLoss)
    const batch = batchOf(prepared.dev, allPrompts(prepared.dev))
    expect(heldOutLoss(logitsOf(component, best.parameters, prepared.dev), batch, component.losses)).to.equal(
      best.devLoss,
    )
    // Thirty prompts are soon learned by heart.
    expect(losses.length).to.equal(best.epoch + 3)
    expect(losses.length).to.be.lessThan(30)
  })

  it('does not go on if the epochs are done', async () => {
    const { component, prepared } = settingOf('a gated mixture', { train: 20, dev: 10 })
    const training = { schedule: { ...SCHEDULE, epochs: 2 }, seed: 1 }
    const checkpoints: Checkpoint[] = []
    const onEpoch = (_: EpochReport, checkpoint: Checkpoint) => void checkpoints.push(checkpoint)
    await trainComponent(component, prepared, { ...training, onEpoch })
    await trainComponent(component, prepared, { ...training, onEpoch, resumeFrom: checkpoints.at(-1) })
    expect(checkpoints).to.have.length(2)
  })

  const broken = {
    train: (component: Component): Component => ({
      ...component,
      updateRule: (name) => ({ ...component.updateRule(name), learningRate: 1e30 }),
    }),
    dev: (component: Component): Component => ({
      ...component,
      logits: (_, { llm }) => new Float32Array(llm.length).fill(NaN),
    }),
  }
  for (const [which, spoil] of Object.entries(broken)) {
    it(`stops at the first ${which} loss that is not a finite number, and says what may be the reason`, async () => {
      const { component, prepared } = settingOf('a gated mixture', { train: 60, dev: 20 })
      let epochs = 0
      const onEpoch = () => {
        epochs++
      }
      const error = await rejection(
        trainComponent(spoil(component), prepared, { schedule: SCHEDULE, seed: 1, onEpoch }),
      )
      expect(error).to.include({ code: 'TRAINING_DIVERGED' })
      expect(String(error)).to.include(`diverged in epoch 1: expected a finite ${which} loss, got `)
      expect(String(error)).to.match(/lower a learning rate of the recipe \(gate_kernel (1e\+30|0\.03), /)
      expect(epochs, 'epochs that were kept').to.equal(0)
    })
  }

  it('takes a last batch that is smaller', async () => {
    const { component, prepared } = settingOf('a gated mixture', { train: 30, dev: 10 })
    const sizes: number[] = []
    const watched: Component = {
      ...component,
      loss: (tensors, batch, random) => {
        sizes.push(batch.inputs.rows)
        return component.loss(tensors, batch, random)
      },
    }
    await trainComponent(watched, prepared, { schedule: { ...SCHEDULE, epochs: 1 }, seed: 1 })
    expect(sizes).to.deep.equal([20, 10])
  })
})

describe('logitsOf', () => {
  before(() => startBackend(['wasm']))

  it('scores more prompts than are scored at once, each as by itself', () => {
    const { component, prepared } = settingOf('a gated mixture', { train: 20, dev: 300 })
    const parameters = component.initialParameters(() => 0.3)
    const { dev } = prepared
    const logits = logitsOf(component, parameters, dev)
    expect(logits).to.have.length(dev.llm.length)
    for (const p of [0, 127, 128, 299]) {
      const from = at(dev.firstPair, p)
      const own = logitsOf(component, parameters, { ...dev, ...onePrompt(dev, p) })
      // Products of other sizes may be added up in another order.
      own.forEach((z, i) => expect(logits[from + i]).to.be.closeTo(z, 1e-5))
    }
  })
})

/** The examples of one prompt by itself. */
function onePrompt(dev: Examples, p: number): Partial<Examples> {
  const [from, to] = [at(dev.firstPair, p), at(dev.firstPair, p + 1)]
  return {
    inputs: gatherRows(dev.inputs, [p]),
    category: dev.category.slice(p, p + 1),
    firstPair: Int32Array.of(0, to - from),
    llm: dev.llm.slice(from, to),
    target: dev.target.slice(from, to),
    firstComparison: Int32Array.of(0, 0),
  }
}
