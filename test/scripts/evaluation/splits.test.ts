import { expect } from 'chai'

import { emptySplit } from '../../../scripts/evaluation/splits.js'

describe('emptySplit', () => {
  it('names the splits that there are', () => {
    const { code, message } = emptySplit('dev', { train: 3, '': 2 })
    expect(code).to.equal('INVALID_REQUEST')
    expect(message).to.equal(
      '--split dev has no outcomes; there are "train" (3 prompts), (not given) (2 prompts)',
    )
  })

  it('says what is missing where no row has a split', () => {
    expect(emptySplit('dev', { '': 2 }).message).to.match(
      /^--split dev has no outcomes: no row has a "split"; give .* "train" and "dev" before training/,
    )
  })
})
