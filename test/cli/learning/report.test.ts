import { expect } from 'chai'

import { doubtsOf, learnedLines, skippedLine } from '../../../src/cli/learning/report.js'

const GAIN = { outcomes: 400, before: 0.9, after: 0.6, gain: 0.3, standardError: 0.1 }

describe('what learn says', () => {
  it('counts lines that are left out', () => {
    expect(skippedLine(12, new Map())).to.equal('12 outcomes')
    const skipped = new Map([
      ['cut off' as const, 1],
      ['unknown LLM' as const, 7],
    ])
    expect(skippedLine(12, skipped)).to.equal('12 outcomes; left out: 1 cut off, 7 unknown LLM')
  })

  it('has a line for each LLM that has changed, and what was held out, and drift', () => {
    const same = {
      llm: 'same',
      outcomes: 50,
      meanScore: 0.5,
      before: { mean: 0.5, calibrationError: 0.1 },
      after: { mean: 0.5, calibrationError: 0.1 },
      delta: 0,
      low: -0.3,
      high: 0.2,
    }
    const after = { mean: 0.34, calibrationError: 0.04 }
    const changed = { ...same, llm: 'changed', after, delta: -1.5, low: -2, high: -1 }
    const drift = { prompts: 450, rare: 0.072, distance: 0.081, usual: 0.064 }
    expect(learnedLines({ levels: [same, changed], gain: GAIN, drift })).to.deep.equal([
      'changed: 50 outcomes, mean score 0.500; probability 0.500 -> 0.340; level -1.50 (-2.00 to -1.00); calibration error 0.100 -> 0.040',
      '2 LLMs with enough outcomes, of which 1 changed by more than chance and false reports make',
      'log loss on 400 outcomes held out (5 folds): 0.900 -> 0.600, gain 0.300 (standard error 0.100)',
      'familiarity of 450 prompts: 7.2 % below 0.05 (expected: 5 %), distance to that of the training 0.081 (without drift below 0.064)',
    ])
  })

  it('doubts a gain of less than two standard errors', () => {
    expect(doubtsOf(GAIN)).to.deep.equal([])
    expect(doubtsOf({ ...GAIN, standardError: 0.16 })).to.have.length(1)
    expect(doubtsOf({ ...GAIN, gain: 0, standardError: 0 })).to.have.length(1)
  })
})
