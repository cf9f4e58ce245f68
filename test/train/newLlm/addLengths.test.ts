import { expect } from 'chai'

import { logLengthOf } from '../../../src/lengths/lengthModel.js'
import { readLengths, writeLengths } from '../../../src/lengths/lengthsFile.js'
import { promptParts } from '../../../src/lengths/promptPart.js'
import { at } from '../../../src/numeric/at.js'
import { llmRow } from '../../../src/numeric/indices.js'
import { matrixOf, rowOf } from '../../../src/numeric/matrix.js'
import { mean } from '../../../src/numeric/mean.js'
import { filterLlms } from '../../../src/outcomes/filterLlms.js'
import { tokensOf } from '../../../src/outcomes/outcomes.js'
import { startBackend } from '../../../src/tensor/backend.js'
import { joinFeatures, prepareData } from '../../../src/train/data/prepareData.js'
import { fitLengths } from '../../../src/train/lengths/fitLengths.js'
import { addLengths } from '../../../src/train/newLlm/addLengths.js'
import { recipeSchema } from '../../../src/train/recipe.js'
import { E, LLMS, worldOf } from '../world.js'

const RECIPE = recipeSchema.parse({ lengths: { clusters: 6 } })
const KNOWN = ['a', 'b', 'c', 'd']
const NEW = 'e'

/** Of the dev prompts. */
const FAMILIAR = new Float64Array(100).fill(1)

describe('addLengths', () => {
  const { data, embeddings } = worldOf({ seed: 3, train: 300, dev: 100, counted: LLMS })
  const { outcomes } = data
  const texts = outcomes.prompts.map(({ text }) => text)
  const rows = (count: number) =>
    matrixOf(Float32Array.of(2, 2, 3, -2, -3, -3, -1, 2, 3, -2.5).slice(0, 2 * count), 2)

  /** The new LLM's answers to the first n prompts, some of them counted. */
  async function add(n: number, isCounted: (p: number) => boolean) {
    await startBackend(['wasm'])
    const prepared = prepareData(filterLlms(data, new Set(KNOWN)), embeddings, RECIPE)
    const known = fitLengths(prepared, { rows: rows(4), familiarity: FAMILIAR }, RECIPE.lengths, 1)
    if (known === undefined) throw new Error('expected lengths, got none')
    const inputs = joinFeatures(embeddings, texts, prepared.features)
    const tokens = Float32Array.from({ length: n }, (_, p) =>
      isCounted(p) ? tokensOf(outcomes, 5 * p + LLMS.indexOf(NEW)) : NaN,
    )
    const own = matrixOf(inputs.data.slice(0, n * inputs.columns), inputs.columns)
    const added = addLengths(known, { inputs: own, tokens }, rows(5))
    const partOf = promptParts(known.model.prompts)
    const lengthOf = (llm: number, p: number) =>
      logLengthOf(added.model, partOf(rowOf(inputs, p)), llmRow(llm))
    /** Mean difference of what is predicted on held-out prompts to what was counted there, in logs. */
    const errors = Array.from({ length: 100 }, (_, i) => {
      const p = 300 + i
      return Math.abs(lengthOf(4, p).mean - Math.log(tokensOf(outcomes, 5 * p + 4)))
    })
    return { known, added, prepared, lengthOf, error: mean(errors) }
  }

  it('fits the new LLM to its counted answers, and leaves all others as they are', async () => {
    const { known, added, error, prepared } = await add(60, (p) => p % 2 === 0)
    expect(added.card).to.deep.equal({ ...known.card, counted: [...known.card.counted, 30] })
    for (const tensor of ['vectors', 'likeVectors', 'likeLevels', 'counted'] as const) {
      const before = known.model[tensor]
      expect(added.model[tensor].rows).to.equal(5)
      expect(added.model[tensor].data.slice(0, before.data.length)).to.deep.equal(before.data)
    }
    expect(added.model.noise.slice(0, 4)).to.deep.equal(known.model.noise)
    expect(rowOf(added.model.counted, 4).reduce((a, b) => a + b, 0)).to.be.closeTo(30, 1e-3)
    // The noise has a mean of .16 about what is known of the topic; topics are a log apart.
    expect(error).to.be.lessThan(0.35)
    const card = {
      llms: [...KNOWN, NEW],
      encoder: { name: 'fake', dimension: E, sha256: '0'.repeat(64) },
      features: prepared.features,
    }
    const { model } = readLengths(writeLengths(added.model, known.prior), card, added.card)
    expect(model).to.deep.equal(added.model)
  })

  it('takes LLMs like it if none of its answers was counted, as in a training with it', async () => {
    const { added, error, lengthOf } = await add(60, () => false)
    expect(added.card.counted.at(-1)).to.equal(0)
    expect(lengthOf(4, 300).variance).to.be.closeTo(at(added.model.noise, 4) + added.model.likeVariance, 1e-6)
    const more = await add(60, () => true)
    expect(more.error).to.be.lessThan(error)
  })
})
