import { expect } from 'chai'

import { readOptions } from '../../bench/options.js'

describe('options of the benchmark', () => {
  it('have defaults', () => {
    expect(readOptions([])).to.deep.equal({
      quick: false,
      rounds: 3,
      only: undefined,
      variants: [{ engine: 'auto' }],
      peers: undefined,
      out: '.cache/bench/results',
    })
    expect(readOptions(['--quick']).rounds).to.equal(1)
  })

  it('read variants, and give the precision to those that name none', () => {
    const { variants } = readOptions(['--engine', 'onnxruntime:int8,tensorflow', '--precision', 'bf16'])
    expect(variants).to.deep.equal([
      { engine: 'onnxruntime', precision: 'int8' },
      { engine: 'tensorflow', precision: 'bf16' },
    ])
  })

  it('read lists', () => {
    const { only, peers } = readOptions(['--only', 'single,encoder', '--peers', 'none'])
    expect(only).to.deep.equal(['single', 'encoder'])
    expect(peers).to.deep.equal(['none'])
  })

  for (const rounds of ['0', '1.5', 'many'])
    it(`refuse --rounds ${rounds}`, () => expect(() => readOptions(['--rounds', rounds])).to.throw(rounds))
})
