import { expect } from 'chai'

import { splitsOf, withSplits } from '../../src/outcomes/splits.js'
import { worldOf } from '../train/world.js'

const prompts = (split: string) =>
  Array.from({ length: 2000 }, (_, p) => ({ text: `prompt ${p}`, source: '', category: '', split }))

describe('splitsOf', () => {
  it('holds out about the share by the text alone, the same each time', () => {
    const splits = splitsOf(prompts(''), 0.1)
    const dev = splits.filter((split) => split === 'dev').length
    // 200 ± four standard deviations of sqrt(2000 * .1 * .9).
    expect(dev).to.be.within(146, 254)
    expect(splitsOf(prompts('').reverse(), 0.1)).to.deep.equal([...splits].reverse())
  })

  it('leaves the splits of the data as they are, and puts every other prompt into one', () => {
    const some = [...prompts('').slice(0, 9), ...prompts('held').slice(9, 10)]
    expect(splitsOf(some, 0.5)).to.deep.equal([...splitsOf(prompts('').slice(0, 9), 0.5), 'held'])
  })
})

describe('withSplits', () => {
  it('names the split of every prompt', () => {
    const { data } = worldOf({ seed: 1, train: 30, dev: 0, split: () => '' })
    const { prompts: split } = withSplits(data, 0.3).outcomes
    expect(split.map((prompt) => prompt.split)).to.deep.equal(splitsOf(data.outcomes.prompts, 0.3))
  })
})
