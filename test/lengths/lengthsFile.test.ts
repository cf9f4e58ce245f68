import { expect } from 'chai'

import type { LengthModel } from '../../src/lengths/lengthModel.js'
import { readLengths, writeLengths } from '../../src/lengths/lengthsFile.js'
import type { VectorPrior } from '../../src/lengths/lengthsFile.js'
import { matrixOf } from '../../src/numeric/matrix.js'
import { thrownBy } from '../rejection.js'
import { tinyLengths } from './tinyLengths.js'

const { card, model, prior } = tinyLengths(3, { embedding: 6, features: 45, counted: [4, 0] })
const MODEL = {
  llms: ['a', 'b'],
  encoder: { name: 'e', dimension: 6, sha256: '0'.repeat(64) },
  features: { version: 'v1' },
} as const
const SIZES = { ...MODEL, llms: [...MODEL.llms] }

describe('readLengths', () => {
  const why = (changed: LengthModel, changedPrior: VectorPrior = prior, spec = card): string => {
    const error = thrownBy(() => readLengths(writeLengths(changed, changedPrior), SIZES, spec))
    expect(error).to.include({ code: 'MODEL_BROKEN' })
    return String(error)
  }

  it('reads what was written', () => {
    expect(readLengths(writeLengths(model, prior), SIZES, card)).to.deep.equal({ model, prior })
  })

  it('says which tensor does not match the card', () => {
    expect(why({ ...model, vectors: matrixOf(new Float32Array(6), 3) })).to.match(
      /expected the tensor "vectors" of shape \[2, 4\], got \[2, 3\]/,
    )
    expect(why(model, { ...prior, mean: new Float32Array(3) })).to.match(
      /expected the tensor "prior_mean" of shape \[4\], got \[3\]/,
    )
    const { prompts } = model
    const one = { ...model, prompts: { ...prompts, partitions: prompts.partitions.slice(0, 1) } }
    expect(why(one)).to.match(/expected the tensor "centroids_1" of shape \[2, 51\], got none/)
    expect(why(model, prior, { ...card, counted: [4] })).to.match(
      /expected 2 lengths\.counted in card\.json, one for each LLM, got 1/,
    )
  })

  it('says which tensor has numbers that no training gives', () => {
    expect(why({ ...model, prompts: { ...model.prompts, offset: Float32Array.of(1, NaN, 0, 0) } })).to.match(
      /expected finite numbers in the tensor "offset", got NaN/,
    )
    expect(why({ ...model, noise: Float32Array.of(0.5, -0.25) })).to.match(
      /expected finite numbers of at least 0 in the tensor "noise", got -0\.25/,
    )
  })

  it('says what is wrong with the file', () => {
    const error = thrownBy(() => readLengths(Buffer.from('nonsense'), SIZES, card))
    expect(String(error)).to.match(/lengths\.safetensors: expected a header/)
  })
})
