import { expect } from 'chai'

import { emptySplit } from '../../../src/cli/evaluation/splits.js'

describe('emptySplit', () => {
  it('names the splits that there are', () => {
    const { code, message } = emptySplit('test', { train: 3, dev: 2 })
    expect(code).to.equal('INVALID_ARGUMENT')
    expect(message).to.equal('--split test has no outcomes: there are "train" (3 prompts), "dev" (2 prompts)')
  })

  it('says where a split has comparisons only', () => {
    expect(emptySplit('dev', { dev: 2 }).message).to.equal(
      '--split dev has no outcomes: its 2 prompts have comparisons only, and what is measured here needs outcomes',
    )
  })
})
