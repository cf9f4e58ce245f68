import { expect } from 'chai'

import { llmAskedAbout } from '../../../src/http/decisions/askedSuccess.js'

describe('llmAskedAbout', () => {
  it('finds the LLM in questions whether it succeeds', () => {
    for (const question of [
      'Will gpt-4o answer correctly?',
      'Will gpt-4o answer this question correctly?',
      'Can gpt-4o solve this?',
      'can gpt-4o handle the user’s request',
      'Does gpt-4o succeed on this prompt?',
      'Would the model gpt-4o be able to answer this correctly?',
      'Is gpt-4o good enough for this task?',
      'Is "gpt-4o" sufficient?',
      'Is gpt-4o likely to succeed?',
      'gpt-4o answers correctly.',
      'gpt-4o will succeed',
      'gpt-4o is capable enough',
      '  Will\n gpt-4o   answer it?',
    ]) {
      expect(llmAskedAbout('q', question), question).to.equal('gpt-4o')
    }
    expect(llmAskedAbout('q', 'Will GPT-4o mini answer correctly?')).to.equal('GPT-4o mini')
  })

  it('takes the name of the question where the question says no other', () => {
    for (const question of [
      undefined,
      '',
      'gpt-4o',
      'Will it answer correctly?',
      'Is this LLM good enough?',
    ]) {
      expect(llmAskedAbout('gpt-4o', question), question).to.equal('gpt-4o')
    }
    expect(llmAskedAbout(undefined, 'Will it answer correctly?')).to.equal(undefined)
    expect(llmAskedAbout('gpt-4o', 'Will o1 answer correctly?')).to.equal('o1')
  })

  it('does not guess what else is asked', () => {
    for (const question of [
      'Is this spam?',
      'Is the user angry about gpt-4o?',
      'Does the text mention gpt-4o?',
      'Will gpt-4o fail?',
      'Will gpt-4o not answer correctly?',
      'Will gpt-4o answer incorrectly?',
      'Will gpt-4o answer in French?',
      'Will gpt-4o answer better than o1?',
      'Is gpt-4o too expensive?',
      'Is gpt-4o good enough, or is o1?',
      'Does the user ask gpt-4o to answer correctly?',
      `Will ${'x'.repeat(500)} answer?`,
    ]) {
      // A name that stands for no LLM is rejected later; a sentence is none.
      const found = llmAskedAbout('gpt-4o', question)
      expect(found === undefined || found.includes(' ') ? undefined : found, question).to.equal(undefined)
    }
  })

  it('does not guess where true may mean failure', () => {
    const ask = (whenTrue: string) => llmAskedAbout('gpt-4o', 'Will it answer correctly?', whenTrue)
    expect(ask('it answers correctly')).to.equal('gpt-4o')
    expect(ask('yes')).to.equal('gpt-4o')
    for (const whenTrue of ['it fails', 'the answer is wrong', 'it doesn’t', "it can't", 'never']) {
      expect(ask(whenTrue), whenTrue).to.equal(undefined)
    }
  })

  it('answers at once, whatever it is asked', () => {
    const slow = `Will ${'the model '.repeat(20)}${'answer '.repeat(20)}${'correctly '.repeat(10)}x`
    expect(llmAskedAbout('q', slow.slice(0, 399))).to.equal(undefined)
    expect(llmAskedAbout('q', ' '.repeat(200_000))).to.equal('q')
  })
})
