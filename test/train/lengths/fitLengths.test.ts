import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'chai'

import { answerLengthOf, logLengthOf } from '../../../src/lengths/lengthModel.js'
import { promptParts } from '../../../src/lengths/promptPart.js'
import { at } from '../../../src/numeric/at.js'
import { llmRow } from '../../../src/numeric/indices.js'
import { matrixOf, rowOf } from '../../../src/numeric/matrix.js'
import { startBackend } from '../../../src/tensor/backend.js'
import { prepareData } from '../../../src/train/data/prepareData.js'
import { fitLengths } from '../../../src/train/lengths/fitLengths.js'
import { recipeSchema } from '../../../src/train/recipe.js'
import { LLMS, worldOf } from '../world.js'

const RECIPE = recipeSchema.parse({ lengths: { clusters: 6 } })

/** Rows of a network to which b and e are alike, and c unlike all others. */
const ROWS = matrixOf(Float32Array.of(2, 2, 3, -2, -3, -3, -1, 2, 3, -2), 2)

const KNOWN = { rows: ROWS, familiarity: new Float64Array(100).fill(1) }

function fit(counted: readonly string[], train = 300, settings = RECIPE.lengths) {
  const { data, embeddings } = worldOf({ seed: 3, train, dev: 100, counted })
  const prepared = prepareData(data, embeddings, RECIPE)
  return { prepared, fitted: fitLengths(prepared, KNOWN, settings, 1) }
}

describe('fitLengths', () => {
  before(() => startBackend(['wasm']))

  it('predicts lengths by LLM and cluster of prompt, with an interval, and says how well', () => {
    const before = tf.memory().numTensors
    const { fitted, prepared } = fit(LLMS)
    expect(tf.memory().numTensors).to.equal(before)
    // The noise has a standard deviation of .2; the topic cannot be told of every prompt.
    expect(fitted?.metrics['tokens_r2']).to.be.greaterThan(0.85)
    expect(fitted?.metrics['tokens_median_error']).to.be.lessThan(0.25)
    expect(fitted?.card.counted).to.deep.equal(LLMS.map(() => 300))
    expect(fitted?.card.partitions.map(({ clusters }) => clusters)).to.deep.equal([6, 6])
    expect(fitted?.card.interval.low).to.be.within(-2.5, -1)
    expect(fitted?.card.interval.high).to.be.within(1, 2.5)
    const tokens = prepared.train.tokens.reduce((longest, count) => Math.max(longest, count), 0)
    expect(fitted?.card.longest).to.equal(tokens)
  })

  it('says of an LLM without counts what is known of the LLMs like it, less certainly', () => {
    const { fitted, prepared } = fit(['a', 'b', 'c', 'd'])
    if (fitted === undefined) throw new Error('expected lengths, got none')
    const { model, card } = fitted
    expect(card.counted).to.deep.equal([300, 300, 300, 300, 0])
    const partOf = promptParts(model.prompts)
    const lengthOf = (llm: string, p: number) =>
      logLengthOf(model, partOf(rowOf(prepared.dev.inputs, p)), llmRow(LLMS.indexOf(llm)))
    let [difference, unlike] = [0, 0]
    for (let p = 0; p < 100; p++) {
      // Three LLMs stand in, of which b is the nearest; c is none of them.
      difference += Math.abs(lengthOf('e', p).mean - lengthOf('b', p).mean) / 100
      unlike += Math.abs(lengthOf('e', p).mean - lengthOf('c', p).mean) / 100
      expect(lengthOf('e', p).variance).to.be.greaterThan(lengthOf('b', p).variance + 0.1)
    }
    expect(difference).to.be.lessThan(unlike)
    const { low, high } = answerLengthOf(lengthOf('e', 0), model)
    expect(high / low).to.be.greaterThan(3)
  })

  it('gives the same for the same seed', () => {
    const [first, second] = [fit(LLMS).fitted, fit(LLMS).fitted]
    expect(second).to.deep.equal(first)
  })

  it('does with one LLM, and with prompts that are all alike', () => {
    const { fitted } = fit(['b'])
    expect(fitted?.card.counted).to.deep.equal([0, 300, 0, 0, 0])
    expect(fitted?.metrics['tokens_r2']).to.be.greaterThan(0.5)
    const { data } = worldOf({ seed: 3, train: 300, dev: 100, counted: LLMS })
    const prompts = data.outcomes.prompts.map((prompt) => ({ ...prompt, text: 'the same' }))
    const alike = { ...data, outcomes: { ...data.outcomes, prompts } }
    const prepared = prepareData(alike, matrixOf(new Float32Array(400 * 8).fill(0.5), 8), RECIPE)
    const flat = fitLengths(prepared, KNOWN, RECIPE.lengths, 1)
    expect(flat?.card.width).to.equal(1)
    expect(at(flat?.model.prompts.offset ?? [], 0)).to.equal(1)
    expect(flat?.metrics['tokens_r2']).to.be.greaterThan(0)
  })

  it('says nothing if few answers were counted, or if the recipe leaves lengths out', () => {
    expect(fit(LLMS, 39).fitted).to.equal(undefined)
    expect(fit([]).fitted).to.equal(undefined)
    expect(fit(LLMS, 300, { ...RECIPE.lengths, width: 0 }).fitted).to.equal(undefined)
  })
})
