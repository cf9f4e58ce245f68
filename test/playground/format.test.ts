import { expect } from 'chai'

import { dollars, excerpt, milliseconds, tickDollars } from '../../src/playground/format.js'
import { stagesIn } from '../../src/playground/serverTiming.js'

describe('numbers and texts as they are shown', () => {
  it('has two digits of a small amount', () => {
    expect([0, 0.000046, 0.0034, 0.25, 0.999, 1, 12.5].map(dollars)).to.deep.equal([
      'free',
      '$0.000046',
      '$0.0034',
      '$0.25',
      '$1.00',
      '$1.00',
      '$12.50',
    ])
    expect([1e-6, 0.0002, 0.001, 0.5, 1, 20].map(tickDollars)).to.deep.equal([
      '$0.000001',
      '$0.0002',
      '$0.001',
      '$0.5',
      '$1',
      '$20',
    ])
  })

  it('has tenths of a few milliseconds, and the beginning of a text in one line', () => {
    expect([0.234, 9.94, 12.6].map(milliseconds)).to.deep.equal(['0.2', '9.9', '13'])
    expect(excerpt('one\n  two', 20)).to.equal('one two')
    expect(excerpt('one two three', 8)).to.equal('one two…')
  })
})

describe('Server-Timing', () => {
  it('is read as stages with milliseconds', () => {
    expect(stagesIn('read;dur=0.21, score;desc="a b";dur=0.3, cache, total; dur = 1.5')).to.deep.equal([
      { name: 'read', ms: 0.21 },
      { name: 'score', ms: 0.3 },
      { name: 'total', ms: 1.5 },
    ])
    expect(stagesIn(null)).to.deep.equal([])
    expect(stagesIn('')).to.deep.equal([])
  })
})
