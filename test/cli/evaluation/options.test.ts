import { expect } from 'chai'

import { parseOptions } from '../../../src/cli/evaluation/options.js'
import { refusal } from '../../rejection.js'

describe('parseOptions of evaluate', () => {
  it('fills in what is not said', () => {
    expect(parseOptions(['--model', 'dense_network/x', '--outcomes', 'a', 'b'])).to.deep.equal({
      model: 'dense_network/x',
      outcomes: ['a', 'b'],
      predictions: [],
      split: 'dev',
      trainSplit: 'train',
      baselines: true,
      logistic: true,
      seed: 1,
    })
  })

  it('takes every flag', () => {
    const flags =
      '--outcomes a --predictions p --predictions q --split test --train-split dev --strong A --weak B'
    const more = '--no-baselines --no-logistic --out o --seed 7'
    expect(parseOptions(`${flags} ${more}`.split(' '))).to.deep.equal({
      outcomes: ['a'],
      predictions: ['p', 'q'],
      split: 'test',
      trainSplit: 'dev',
      pair: { strong: 'A', weak: 'B' },
      baselines: false,
      logistic: false,
      out: 'o',
      seed: 7,
    })
  })

  const refusals = {
    '--model m': /--outcomes is missing/,
    '--outcomes a': /--model or --predictions is missing/,
    '--outcomes a --model m --strong A': /--strong and --weak/,
    '--outcomes a --model m --strong A --weak A': /--strong and --weak must be two LLMs; both are "A"/,
    '--outcomes a --model m --split train': /both "train"/,
    '--outcomes a --model m --seed x': /--seed must be a whole number; it is x/,
  }
  for (const [flags, message] of Object.entries(refusals)) {
    it(`refuses ${flags}`, () => {
      expect(refusal(() => parseOptions(flags.split(' '))).message).to.match(message)
    })
  }
})
