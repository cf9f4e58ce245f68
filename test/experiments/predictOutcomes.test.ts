import { expect } from 'chai'

import { probabilityOf } from '../../src/calibration/probability.js'
import { predictOutcomes, scaleOf } from '../../src/experiments/predictOutcomes.js'
import { at } from '../../src/numeric/at.js'
import { llmRow } from '../../src/numeric/indices.js'
import { rowOf } from '../../src/numeric/matrix.js'
import { startBackend } from '../../src/tensor/backend.js'
import { joinFeatures } from '../../src/train/data/prepareData.js'
import { llmRows } from '../../src/train/export/llmRows.js'
import { outputOfPair } from '../../src/train/oracle.js'
import { recipeSchema } from '../../src/train/recipe.js'
import { trainPredictor } from '../../src/train/trainModel.js'
import type { Predictor } from '../../src/train/trainModel.js'
import { judged } from '../outcomes/judged.js'
import { LLMS, worldOf } from '../train/world.js'

const SCHEDULE = { epochs: 2, least_steps: 0, batch_prompts: 20 }

/** All outcomes of the world are its LLMs' on each prompt, in this order. */
const embedded = worldOf({ seed: 3, train: 60, dev: 30 })
const { outcomes } = embedded.data

describe('predictOutcomes', () => {
  let predictor: Predictor
  before(async () => {
    await startBackend(['wasm'])
    const recipe = recipeSchema.parse({ schedule: SCHEDULE, tower: { weight: 1, hidden: [4] } })
    predictor = await trainPredictor({ ...embedded, recipe, seed: 1 })
  })

  it('gives the probabilities of the network for the outcomes of the chosen prompts', () => {
    const chosen = Int32Array.of(3, 70)
    const predicted = predictOutcomes(predictor, embedded, chosen)
    expect(predicted.prompts).to.equal(2)
    expect(Array.from(predicted.prompt)).to.deep.equal([...LLMS.map(() => 0), ...LLMS.map(() => 1)])
    expect(predicted.llm).to.deep.equal([...LLMS, ...LLMS])
    const texts = outcomes.prompts.map(({ text }) => text)
    const inputs = joinFeatures(embedded.embeddings, texts, predictor.prepared.features)
    predicted.prediction.forEach((probability, i) => {
      const [p, llm] = [at(chosen, at(predicted.prompt, i)), i % LLMS.length]
      const logit = outputOfPair(predictor.network, rowOf(inputs, p), llmRow(llm))
      // Float32 sums of some hundred terms of size 1 against float64.
      expect(probability).to.be.closeTo(probabilityOf(logit, predictor.calibration), 1e-5)
      expect(at(predicted.score, i)).to.equal(at(outcomes.score, p * LLMS.length + llm))
    })
  })

  it('predicts the LLMs that it knows or is given a row for, and no other', () => {
    const prompt = at(outcomes.prompts, 0).text
    const rows = [{ prompt, scores: { a: 1, alias: 1, stranger: 1 } }]
    const data = { data: judged(rows), embeddings: embedded.embeddings }
    const ofA = rowOf(llmRows(predictor.network), 0)
    const predicted = predictOutcomes(predictor, data, Int32Array.of(0), {
      newRows: new Map([['alias', ofA]]),
    })
    expect(predicted.llm).to.deep.equal(['a', 'alias'])
    expect(predicted.prediction[1]).to.equal(predicted.prediction[0])
  })

  it('multiplies the logits of a prompt by its factor', () => {
    const chosen = Int32Array.of(0, 1)
    const plain = predictOutcomes(predictor, embedded, chosen)
    const halved = predictOutcomes(predictor, embedded, chosen, { factors: [0.5, 1] })
    const logit = (probability = NaN) => Math.log(probability / (1 - probability))
    plain.prediction.forEach((probability, i) => {
      const factor = at(plain.prompt, i) === 0 ? 0.5 : 1
      expect(logit(halved.prediction[i])).to.be.closeTo(factor * logit(probability), 1e-9)
    })
  })
})

describe('scaleOf', () => {
  it('makes margins probabilities too', async () => {
    await startBackend(['wasm'])
    const recipe = recipeSchema.parse({ schedule: SCHEDULE, losses: { outcomes: 0, margin: 1 } })
    const margins = await trainPredictor({ ...embedded, recipe, seed: 1 })
    expect(margins.calibration).to.equal(undefined)
    const { slope } = scaleOf(margins)
    expect(slope).to.be.greaterThan(0).and.not.equal(1)
  })
})
