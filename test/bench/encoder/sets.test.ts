import { expect } from 'chai'

import { encodeFlops, encodeSets } from '../../../bench/encoder/sets.js'
import { readEncoderSpec } from '../../../src/encoder/directory.js'
import { ENCODER_DIRECTORY } from '../../savedModels.js'

describe('sets of prompts for the encoder', () => {
  it('hold what they say', async () => {
    const [even, real] = await encodeSets(10)
    expect(even?.batches).to.have.length(1)
    expect(even?.batches[0]?.map(({ length }) => length)).to.deep.equal(Array.from({ length: 32 }, () => 32))
    expect(even?.tokens).to.equal(1024)
    expect(real?.batches.flat()).to.have.length(10)
    expect(real?.tokens).to.equal(real?.batches.flat(2).length)
  })

  it('count the operations of six layers', async () => {
    const { bert } = await readEncoderSpec(ENCODER_DIRECTORY)
    // By hand, for one prompt of one token: four 384 x 384 and two 384 x 1536 products, and attention on one cell.
    expect(encodeFlops([1], bert)).to.equal(6 * (2 * 1_769_472 + 1536))
    expect(encodeFlops([2, 3], bert)).to.equal(6 * (5 * 2 * 1_769_472 + 13 * 1536))
  })
})
