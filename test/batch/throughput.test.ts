import { expect } from 'chai'

import { Throughput } from '../../src/batch/throughput.js'

describe('Throughput', () => {
  it('knows nothing before the first batch', () => {
    const throughput = new Throughput()
    expect(throughput.tokensPerSecond).to.equal(undefined)
    throughput.add(100, 0)
    expect(throughput.tokensPerSecond).to.equal(undefined)
  })

  it('is that of a steady engine, whatever the sizes of its batches', () => {
    const throughput = new Throughput()
    for (const tokens of [1000, 10, 500]) throughput.add(tokens, tokens / 5)
    expect(throughput.tokensPerSecond).to.be.closeTo(5000, 1e-6)
  })

  it('follows a change within some tens of batches', () => {
    const throughput = new Throughput()
    for (let i = 0; i < 100; i++) throughput.add(1000, 1000)
    for (let i = 0; i < 50; i++) throughput.add(1000, 100)
    expect(throughput.tokensPerSecond).to.be.within(8000, 10_000)
  })
})
