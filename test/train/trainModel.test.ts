import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'chai'

import { EVIDENCE_FILE } from '../../src/card.js'
import type { Card } from '../../src/card.js'
import { at } from '../../src/numeric/at.js'
import { rowOf } from '../../src/numeric/matrix.js'
import type { JudgedData } from '../../src/outcomes/outcomes.js'
import { parseCard } from '../../src/savedModel/readCard.js'
import { writeSavedModel } from '../../src/savedModel/writeSavedModel.js'
import { DenseNetwork, loadModel } from '../../src/scorer/denseNetwork.js'
import { factorizedNetwork } from '../../src/scorer/factorizedNetwork.js'
import { readCheckedFiles } from '../../src/scorer/files.js'
import { unfactorizedNetwork } from '../../src/scorer/pairNetwork.js'
import { startBackend } from '../../src/tensor/backend.js'
import { openSafetensors } from '../../src/tensor/safetensors.js'
import { joinFeatures } from '../../src/train/data/prepareData.js'
import { CheckpointFile } from '../../src/train/loop/checkpointFile.js'
import { recipeSchema } from '../../src/train/recipe.js'
import { trainModel } from '../../src/train/trainModel.js'
import { rejection } from '../rejection.js'
import { E, fakeEmbed, LLMS, worldOf } from './world.js'
import type { World } from './world.js'

const SHORT = {
  schedule: { epochs: 3, batch_prompts: 20, warm_up_steps: 5 },
  // The network alone, without what the level makes of its logits.
  evidence: { regions: 4, level: { least: 1 } },
}
const GATED_MIXTURE = { heads: 2, per_category: 2, without_categories: 3, table_learning_rate: 0.1 }
const TOWER = { weight: 1, hidden: [8, 4], llm_dimension: 3, learning_rate: 0.01 }

describe('trainModel', () => {
  let folder: string
  before(() => startBackend(['wasm']))
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'llimit-train-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  /** Trains and writes; the card as it is read back. */
  async function train(
    { data, embeddings }: World,
    recipe: object,
  ): Promise<{ card: Card; directory: string }> {
    const { card, files } = await trainModel({
      data,
      embeddings,
      encoder: { name: 'fake', dimension: E, sha256: 'f'.repeat(64) },
      embed: fakeEmbed,
      recipe: recipeSchema.parse({ ...SHORT, ...recipe }),
      seed: 1,
      about: { command: 'npm run train', backend: 'wasm' },
      checkpointOf: (component) => new CheckpointFile(path.join(folder, 'checkpoints', component), 'key'),
      onEpoch: () => undefined,
    })
    const { directory } = await writeSavedModel({ root: folder, name: 'mine' }, card, files, 'replace')
    const json: unknown = JSON.parse(await readFile(path.join(directory, 'card.json'), 'utf8'))
    return { card: parseCard(json), directory }
  }

  const recipes = {
    'a gated mixture alone': { kinds: GATED_MIXTURE },
    'a gated mixture of one member': { kinds: { ...GATED_MIXTURE, heads: 1 } },
    'a tower alone': { kinds: { weight: 0 }, tower: TOWER },
    'a gated mixture and a tower': { kinds: GATED_MIXTURE, tower: TOWER },
    'margins of a gated mixture': {
      kinds: { ...GATED_MIXTURE, heads: 1 },
      losses: { outcomes: 0, margin: 1 },
    },
    'margins of a gated mixture and a tower': {
      kinds: GATED_MIXTURE,
      tower: TOWER,
      losses: { outcomes: 0, margin: 1 },
    },
  }
  for (const [name, recipe] of Object.entries(recipes)) {
    it(`writes a model of ${name} that scores the same after saving, loading and factorizing`, async () => {
      const { card, directory } = await train(worldOf({ seed: 1, train: 80, dev: 40 }), recipe)
      const files = await readCheckedFiles({ directory, files: card.files })
      const network = await DenseNetwork.load(files, card.calibration)
      const model = await loadModel(files)
      const factorized = factorizedNetwork(model)
      expect(factorized, 'is factorized').to.not.equal(undefined)
      factorized?.dispose()
      const plain = new DenseNetwork(model, unfactorizedNetwork(model), card.calibration)
      const { prompts, llms, scores: expected, tolerance } = card.reference
      const embeddings = await fakeEmbed(prompts)
      const inputs = joinFeatures(embeddings, prompts, card.features)
      const features = Float32Array.from(prompts.flatMap((_, p) => Array.from(rowOf(inputs, p).subarray(E))))
      const batch = {
        embeddings: embeddings.data,
        features,
        llms: Int32Array.from(llms, (_, m) => m),
        batchSize: 16,
      }
      const [served, same] = [await network.score(batch), await plain.score(batch)]
      network.dispose()
      plain.dispose()
      expect(tolerance).to.be.at.most(1e-5)
      llms.forEach((_, m) =>
        prompts.forEach((_prompt, p) => {
          const score = served[m * prompts.length + p]
          expect(score).to.be.closeTo(at(at(expected, m), p), tolerance)
          expect(score).to.be.closeTo(at(same, m * prompts.length + p), 1e-6)
        }),
      )
      expect(new Set(served).size, 'different scores').to.be.greaterThan(llms.length)
    })
  }

  it('says in the card what it was trained on and how good it is', async () => {
    const schedule = { ...SHORT.schedule, epochs: 12 }
    const world = worldOf({ seed: 1, train: 300, dev: 150, comparisons: 1 })
    const { card, directory } = await train(world, { kinds: GATED_MIXTURE, schedule })
    expect(card).to.deep.include({ output: 'probability', abstain: { familiarity: 0.05 } })
    // The world has none, and its dev split is too small to say so for certain.
    expect(card.shared_difficulty?.deviation).to.be.within(0, 1.75)
    expect(card.llms).to.deep.equal(LLMS)
    expect(card.features.version).to.equal('v2')
    expect(card.network.kinds).to.equal(4)
    const { llm_comparisons: compared = [], ...data } = card.training?.data ?? {}
    expect(compared.reduce((sum, count) => sum + count, 0)).to.equal(2 * 450)
    expect(data).to.deep.equal({
      files: [{ name: 'world.jsonl', sha256: '0'.repeat(64) }],
      prompts: 450,
      outcomes: 450 * 5,
      comparisons: 450,
      sources: { 'made up': 450 },
    })
    expect(card.training?.recipe).to.deep.include({
      schedule: { ...schedule, patience: 3, least_steps: 800 },
    })
    // What separates the LLMs of the world is plain; knowing their means alone gives about .75.
    expect(card.training?.metrics['auc']).to.be.greaterThan(0.8)
    // Fitted on these very outcomes; 750 of them are off by chance about .02 in a bin.
    expect(card.training?.metrics['calibration_error']).to.be.lessThan(0.08)
    expect(card.evidence?.outcomes).to.deep.equal(LLMS.map(() => 300))

    const evidence = await openSafetensors(path.join(directory, EVIDENCE_FILE))
    const shapes = Object.fromEntries(evidence.names.map((name) => [name, evidence.shape(name)]))
    const [outcomes, successes] = [await evidence.read('outcomes'), await evidence.read('successes')]
    await evidence.close()
    // Two members of four classes: a row of an LLM has eight numbers.
    const ofLlms = { outcomes: [5, 4], successes: [5, 4] }
    expect(shapes).to.deep.equal({ ...ofLlms, centroids: [4, E], prior_mean: [8], prior_factor: [8, 8] })
    expect(outcomes.reduce((a, b) => a + b, 0)).to.equal(2 * 300 * 5)
    successes.forEach((sum, cell) => expect(sum).to.be.within(0, at(outcomes, cell)))
    expect(Math.max(...successes)).to.be.greaterThan(0)
  })

  it('counts the prompts of a source whatever its name', async () => {
    const { data, embeddings } = worldOf({ seed: 1, train: 40, dev: 20 })
    const prompts = data.outcomes.prompts.map((prompt) => ({ ...prompt, source: 'constructor' }))
    const { card } = await train(
      { data: { ...data, outcomes: { ...data.outcomes, prompts } }, embeddings },
      { kinds: GATED_MIXTURE },
    )
    expect(card.training?.data.sources).to.deep.equal({ constructor: 60 })
  })

  it('gives an AUC of .5 if labels are shuffled, and says so', async () => {
    const world = worldOf({ seed: 2, train: 200, dev: 400, shuffled: true })
    const { card } = await train(world, { kinds: GATED_MIXTURE, tower: TOWER })
    // 2000 outcomes: the AUC of chance has a standard deviation of .013.
    expect(card.training?.metrics['auc']).to.be.closeTo(0.5, 0.04)
    // ln 2 is the best that can be said; the calibration keeps the model from claiming more.
    expect(card.training?.metrics['log_loss']).to.be.closeTo(Math.LN2, 0.005)
  })

  it('gives the same files for the same seed', async () => {
    const world = worldOf({ seed: 1, train: 60, dev: 30 })
    const first = await train(world, { kinds: GATED_MIXTURE, tower: TOWER })
    await rm(path.join(folder, 'checkpoints'), { recursive: true })
    const second = await train(world, { kinds: GATED_MIXTURE, tower: TOWER })
    expect(second.card.files).to.deep.equal(first.card.files)
    expect(second.card.calibration).to.deep.equal(first.card.calibration)
  })

  it('leaves no tensor behind', async () => {
    const world = worldOf({ seed: 1, train: 60, dev: 30 })
    const before = tf.memory().numTensors
    await train(world, { kinds: GATED_MIXTURE, tower: TOWER })
    expect(tf.memory().numTensors).to.equal(before)
  })

  it('splits by a hash if the data names no split, and does without categories', async () => {
    const world = worldOf({ seed: 1, train: 150, dev: 0, split: () => '', category: () => '' })
    const { card } = await train(world, { kinds: GATED_MIXTURE })
    expect(card.network.kinds).to.equal(3)
    const [trained = 0] = card.evidence?.outcomes ?? []
    // 150 prompts, a tenth of them held out: 15 with a standard deviation of 3.7.
    expect(trained).to.be.within(120, 147)
    const again = await train(world, { kinds: GATED_MIXTURE })
    expect(again.card.evidence?.outcomes).to.deep.equal(card.evidence?.outcomes)
  })

  it('leaves out an LLM that only occurs in dev', async () => {
    const { data, embeddings } = worldOf({ seed: 1, train: 60, dev: 30 })
    const { card } = await train({ data: withoutInTrain(data, 'b'), embeddings }, { kinds: GATED_MIXTURE })
    expect(card.llms).to.deep.equal(['a', 'c', 'd', 'e'])
  })

  it('rejects losses without data, and says what there is', async () => {
    const world = worldOf({ seed: 1, train: 30, dev: 20 })
    const error = await rejection(train(world, { kinds: GATED_MIXTURE, losses: { outcomes: 0 } }))
    expect(error).to.include({
      code: 'INVALID_ARGUMENT',
      message:
        'expected a loss with training data, got losses (outcomes 0, comparisons 1, pairs 0, margin 0) ' +
        "for training prompts with 150 outcomes and 0 comparisons; change the weights of the recipe's losses",
    })
  })

  for (const [name, world, recipe] of [
    ['comparisons alone', worldOf({ seed: 1, train: 150, dev: 60, outcomes: false, comparisons: 4 }), {}],
    [
      'the margin loss alone',
      worldOf({ seed: 1, train: 150, dev: 60 }),
      { losses: { outcomes: 0, margin: 1 } },
    ],
  ] as const) {
    it(`makes a model of margins of ${name}`, async () => {
      const { card } = await train(world, { kinds: GATED_MIXTURE, ...recipe })
      expect(card.output).to.equal('margin')
      expect(card).to.not.have.any.keys('calibration', 'evidence', 'shared_difficulty', 'abstain')
      const scores = card.reference.scores.flat()
      for (const score of scores) expect(score).to.be.within(-1, 1)
      // a is better than e on either topic.
      card.reference.prompts.forEach((_, p) => {
        expect(at(at(card.reference.scores, 0), p)).to.be.greaterThan(at(at(card.reference.scores, 4), p))
      })
    })
  }
})

/** Without what the training prompts say of one LLM. */
function withoutInTrain(data: JudgedData, name: string): JudgedData {
  const { llms, prompts, prompt, llm, score } = data.outcomes
  const isKept = (_: number, i: number) =>
    at(llms, at(llm, i)) !== name || at(prompts, at(prompt, i)).split === 'dev'
  const kept = { prompt: prompt.filter(isKept), llm: llm.filter(isKept), score: score.filter(isKept) }
  return { ...data, outcomes: { ...data.outcomes, ...kept } }
}
