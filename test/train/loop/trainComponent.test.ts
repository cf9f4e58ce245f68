import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'chai'

import { auc } from '../../../src/metrics/auc.js'
import { startBackend } from '../../../src/tensor/backend.js'
import { heldOutLoss } from '../../../src/train/losses.js'
import { allPrompts, batchOf } from '../../../src/train/data/batch.js'
import type { Parameters } from '../../../src/train/autodiff/parameters.js'
import type { Part } from '../../../src/train/components/component.js'
import { partsOf } from '../../../src/train/components/components.js'
import { prepare } from '../../../src/train/data/prepare.js'
import type { Prepared } from '../../../src/train/data/prepare.js'
import { ProgressFile } from '../../../src/train/loop/checkpointFile.js'
import { recipeSchema } from '../../../src/train/recipe.js'
import { logitsOf, shareOfRate, trainPart } from '../../../src/train/loop/trainComponent.js'
import type { EpochReport, Progress, Schedule } from '../../../src/train/loop/trainComponent.js'
import { rejection } from '../../rejection.js'
import { E, worldOf } from '../world.js'

const SCHEDULE: Schedule = { epochs: 5, batchPrompts: 20, warmUpSteps: 5, patience: 5 }

const PARTS = {
  kinds: { kinds: { heads: 1, per_category: 1, table_learning_rate: 0.1, gate_learning_rate: 0.03 } },
  tower: {
    kinds: { weight: 0 },
    tower: { weight: 1, hidden: [8], llm_dimension: 4, dropout: 0.1, learning_rate: 0.02 },
  },
}

/** The only part of a recipe, with what it learns from. */
function settingOf(which: keyof typeof PARTS, { shuffled = false, train = 200, dev = 100 } = {}) {
  const { data, embeddings } = worldOf({ seed: 4, train, dev, shuffled })
  const recipe = recipeSchema.parse(PARTS[which])
  const prepared = prepare(data, embeddings, recipe)
  const [only] = partsOf(recipe, prepared, E)
  if (only === undefined) throw new Error('the recipe has no part')
  return { part: only.part, prepared }
}

const valuesOf = (parameters: Parameters) =>
  [...parameters].map(([name, { data }]) => [name, Array.from(data)] as const)

/** Log loss of the dev split where each LLM gets its mean over the training prompts. */
function lossOfMeans({ train, dev }: Prepared): number {
  const [sums, counts] = [new Map<number, number>(), new Map<number, number>()]
  train.llm.forEach((llm, i) => {
    sums.set(llm, (sums.get(llm) ?? 0) + (train.target[i] ?? NaN))
    counts.set(llm, (counts.get(llm) ?? 0) + 1)
  })
  const logits = Float32Array.from(dev.llm, (llm) => {
    const mean = (sums.get(llm) ?? NaN) / (counts.get(llm) ?? NaN)
    return Math.log(mean / (1 - mean))
  })
  return heldOutLoss(logits, batchOf(dev, allPrompts(dev)), {
    outcomes: 1,
    comparisons: 0,
    pairs: 0,
    margin: 0,
  })
}

describe('trainPart', () => {
  before(() => startBackend(['wasm']))

  for (const which of ['kinds', 'tower'] as const) {
    describe(`with ${which}`, () => {
      it('gives the same parameters for the same seed, and others for another', async () => {
        const { part, prepared } = settingOf(which)
        const train = async (seed: number) =>
          valuesOf(
            (await trainPart(part, { ...SCHEDULE, epochs: 2 }, seed, prepared, () => undefined)).parameters,
          )
        const known = await train(1)
        expect(await train(1)).to.deep.equal(known)
        expect(await train(2)).to.not.deep.equal(known)
      })

      it('goes on after an interruption as if there had been none', async () => {
        const { part, prepared } = settingOf(which)
        const folder = await mkdtemp(path.join(os.tmpdir(), 'llimit-progress-'))
        try {
          const kept = new ProgressFile(folder, 'key')
          const whole: EpochReport[] = []
          const best = await trainPart(part, SCHEDULE, 7, prepared, (report) => void whole.push(report))
          const stop = async ({ epoch }: EpochReport, progress: Progress) => {
            await kept.write(progress)
            if (epoch === 2) throw new Error('stopped')
          }
          const stopped = await rejection(trainPart(part, SCHEDULE, 7, prepared, stop))
          expect(stopped).to.include({ message: 'stopped' })
          const resumed: EpochReport[] = []
          const keep = (report: EpochReport) => void resumed.push(report)
          const second = await trainPart(part, SCHEDULE, 7, prepared, keep, await kept.read())
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
        const { part, prepared } = settingOf(which)
        const { devLoss } = await trainPart(part, { ...SCHEDULE, epochs: 12 }, 1, prepared, () => undefined)
        // By its levels this world has an entropy about .15 below the loss of the means; half of that must be found.
        expect(devLoss).to.be.lessThan(lossOfMeans(prepared) - 0.075)
      })

      it('finds nothing in shuffled labels', async () => {
        const { part, prepared } = settingOf(which, { shuffled: true, dev: 400 })
        const best = await trainPart(part, SCHEDULE, 1, prepared, () => undefined)
        const { dev } = prepared
        const area = auc(logitsOf(part, best.parameters, dev), dev.target)
        // 2000 outcomes, half of them successes: the AUC of chance has a standard deviation of sqrt(1 / (3 * 2000)) = .013.
        expect(area).to.be.closeTo(0.5, 0.04)
      })

      it('leaves no tensor behind', async () => {
        const { part, prepared } = settingOf(which, { train: 40, dev: 20 })
        const before = tf.memory().numTensors
        await trainPart(part, { ...SCHEDULE, epochs: 2 }, 1, prepared, () => undefined)
        expect(tf.memory().numTensors).to.equal(before)
      })
    })
  }

  it('gives the parameters of the best epoch, whose loss it reports', async () => {
    const { part, prepared } = settingOf('tower', { train: 30, dev: 60 })
    const losses: number[] = []
    const schedule = { ...SCHEDULE, epochs: 30, patience: 3 }
    const best = await trainPart(part, schedule, 1, prepared, ({ devLoss }) => void losses.push(devLoss))
    expect(best.devLoss).to.equal(Math.min(...losses))
    expect(losses[best.epoch - 1]).to.equal(best.devLoss)
    const batch = batchOf(prepared.dev, allPrompts(prepared.dev))
    expect(heldOutLoss(logitsOf(part, best.parameters, prepared.dev), batch, part.losses)).to.equal(
      best.devLoss,
    )
    // Thirty prompts are soon known by heart.
    expect(losses.length).to.equal(best.epoch + 3)
    expect(losses.length).to.be.lessThan(30)
  })

  it('does not go on where the epochs are done or patience has ended', async () => {
    const { part, prepared } = settingOf('kinds', { train: 20, dev: 10 })
    let progress: Progress | undefined
    let epochs = 0
    await trainPart(part, { ...SCHEDULE, epochs: 2 }, 1, prepared, (_, state) => {
      progress = state
    })
    const count = () => {
      epochs++
    }
    await trainPart(part, { ...SCHEDULE, epochs: 2 }, 1, prepared, count, progress)
    expect(epochs).to.equal(0)
  })

  const broken = {
    train: (part: Part): Part => ({
      ...part,
      update: (name) => ({ ...part.update(name), learningRate: 1e30 }),
    }),
    dev: (part: Part): Part => ({ ...part, logits: (_, { llm }) => new Float32Array(llm.length).fill(NaN) }),
  }
  for (const [which, spoil] of Object.entries(broken)) {
    it(`stops at the first ${which} loss that is no number, and says what may be the reason`, async () => {
      const { part, prepared } = settingOf('kinds', { train: 60, dev: 20 })
      let epochs = 0
      const count = () => {
        epochs++
      }
      const error = await rejection(trainPart(spoil(part), SCHEDULE, 1, prepared, count))
      expect(error).to.include({ code: 'INVALID_REQUEST' })
      expect(String(error)).to.include(
        `diverged in epoch 1: the ${which} loss must be a finite number, it is `,
      )
      expect(String(error)).to.match(/a learning rate may be too high \(gate_kernel (1e\+30|0\.03), /)
      expect(epochs, 'epochs that were kept').to.equal(0)
    })
  }

  it('takes a last batch that is smaller', async () => {
    const { part, prepared } = settingOf('kinds', { train: 30, dev: 10 })
    const sizes: number[] = []
    const watched: Part = {
      ...part,
      loss: (tensors, batch, random) => {
        sizes.push(batch.category.length)
        return part.loss(tensors, batch, random)
      },
    }
    await trainPart(watched, { ...SCHEDULE, epochs: 1 }, 1, prepared, () => undefined)
    expect(sizes).to.deep.equal([20, 10])
  })
})

describe('logitsOf', () => {
  before(() => startBackend(['wasm']))

  it('scores more prompts than are scored at once, each as by itself', () => {
    const { part, prepared } = settingOf('kinds', { train: 20, dev: 300 })
    const parameters = part.initialParameters(() => 0.3)
    const { dev } = prepared
    const logits = logitsOf(part, parameters, dev)
    expect(logits).to.have.length(dev.llm.length)
    for (const p of [0, 127, 128, 299]) {
      const from = dev.firstPair[p] ?? 0
      const own = logitsOf(part, parameters, { ...dev, ...onePrompt(dev, p) })
      // Products of other sizes may be added up in another order.
      own.forEach((z, i) => expect(logits[from + i]).to.be.closeTo(z, 1e-5))
    }
  })
})

/** The examples of one prompt by itself. */
function onePrompt(dev: Prepared['dev'], p: number): Partial<Prepared['dev']> {
  const [from = 0, to = 0] = dev.firstPair.subarray(p, p + 2)
  return {
    inputs: dev.inputs.slice(p * dev.width, (p + 1) * dev.width),
    category: dev.category.slice(p, p + 1),
    firstPair: Int32Array.of(0, to - from),
    llm: dev.llm.slice(from, to),
    target: dev.target.slice(from, to),
    firstComparison: Int32Array.of(0, 0),
  }
}

describe('shareOfRate', () => {
  it('rises in equal steps to 1, then falls along half a cosine to 0', () => {
    const shares = Array.from({ length: 9 }, (_, step) => shareOfRate(step, 4, 8))
    const expected = [0.25, 0.5, 0.75, 1, 1, (1 + Math.SQRT1_2) / 2, 0.5, (1 - Math.SQRT1_2) / 2, 0]
    shares.forEach((share, step) => expect(share).to.be.closeTo(expected[step] ?? NaN, 1e-12))
  })

  it('begins at 1 without a warm-up, and stays at 0 beyond the end', () => {
    expect(shareOfRate(0, 0, 10)).to.equal(1)
    expect(shareOfRate(15, 0, 10)).to.equal(0)
  })
})
