import { expect } from 'chai'

import { doubtsOf, reliabilityNotes } from '../../../src/cli/adding/report.js'

describe('reliabilityNotes', () => {
  const of = (n: number) => ({ scores: new Float32Array(n), relatives: ['a', 'b'] })
  const validation = { fitted: 0.4, unfitted: 0.6, constant: 0.5 }

  it('says that a mixture knows nothing of the LLM itself', () => {
    expect(reliabilityNotes(of(0), undefined)).to.deep.equal([
      'no outcomes: its scores are those of the mean of a, b, nothing of its own; ' +
        'add it from outcomes as soon as there are some',
    ])
  })

  it('says that a name is all that is known of the LLM', () => {
    const notes = reliabilityNotes({ scores: new Float32Array(), relatives: [] }, undefined)
    expect(notes.join()).to.match(
      /^no outcomes: its scores are those of LLMs with names like its own \(of all, if there are none\), /,
    )
  })

  it('says that a few outcomes are hardly any', () => {
    expect(reliabilityNotes(of(9), undefined).join()).to.match(/^fewer than 10 outcomes: /)
  })

  it('gives the losses, and says where the fit does not help', () => {
    expect(reliabilityNotes(of(50), validation)).to.have.length(1)
    expect(reliabilityNotes(of(50), { ...validation, fitted: 0.55 })[1]).to.match(
      /more than these 50 outcomes/,
    )
  })

  it('fault 26: doubts a fit that is no better than none, or than the success rate alone', () => {
    expect(doubtsOf(50, validation)).to.deep.equal([])
    expect(doubtsOf(9, undefined)).to.deep.equal([])
    for (const fitted of [0.51, 0.7]) expect(doubtsOf(50, { ...validation, fitted })).to.have.length(1)
  })
})
