import { expect } from 'chai'

import { doubtsOf, notMadeLive, unprovenBy } from '../../../src/cli/training/doubts.js'

describe('fault 26: doubtsOf', () => {
  it('finds nothing in a training that is better than chance, or in which nothing was measured', () => {
    expect(doubtsOf({ comparisons: 0.61, auc: 0.7, pairs: 0.5, log_loss: 0.9 })).to.deep.equal([])
    expect(doubtsOf({})).to.deep.equal([])
  })

  it('names what is worse than chance', () => {
    expect(doubtsOf({ comparisons: 0 })).to.deep.equal([
      '0.0 % of the comparisons that it has not seen are ordered rightly; chance is 50 %',
    ])
    expect(doubtsOf({ auc: 0.41, pairs: 0.499, comparisons: 0.6 })).to.have.length(2)
  })

  it('leaves it to a warning where nothing was held out that could be ordered', () => {
    expect(unprovenBy({ log_loss: 0.7 })).to.have.length(1)
    expect(unprovenBy({ pairs: 0.4 })).to.deep.equal([])
  })

  it('says how the version is made live after all', () => {
    const error = notMadeLive('dense_network/mine', 3, ['0.0 % right'])
    expect(error).to.include({ code: 'NOT_MADE_LIVE' })
    expect(error.message).to.match(/^dense_network\/mine@3 is written and not made live: 0\.0 % right\. /)
    expect(error.message).to.contain('"llimit models activate dense_network/mine@3"')
  })
})
