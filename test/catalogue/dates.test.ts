import { expect } from 'chai'

import { isSameDate, withoutDate } from '../../src/catalogue/dates.js'

describe('withoutDate', () => {
  for (const [name, rest, date] of [
    ['gpt-4o-2024-08-06', 'gpt-4o', '2024-08-06'],
    ['claude-3-5-sonnet-20241022', 'claude-3-5-sonnet', '2024-10-22'],
    ['command-r-plus-08-2024', 'command-r-plus', '2024-08'],
    ['gemini-2-5-flash-preview-09-2025-thinking', 'gemini-2-5-flash-preview-thinking', '2025-09'],
    ['mistral-large-2407', 'mistral-large', '2024-07'],
    ['gpt-4-0613', 'gpt-4', '-06-13'],
    ['gpt-4-1106-preview', 'gpt-4-preview', '-11-06'],
    ['gemini-2-5-pro-exp-03-25', 'gemini-2-5-pro-exp', '-03-25'],
    ['gemini-1-5-pro-002', 'gemini-1-5-pro', 'r002'],
    ['gpt-4', 'gpt-4', undefined],
    ['claude-3-5-sonnet', 'claude-3-5-sonnet', undefined],
    ['mixtral-8x7b-32768', 'mixtral-8x7b-32768', undefined],
    ['llama3-8b-8192', 'llama3-8b-8192', undefined],
    ['0613', '0613', undefined],
  ] as const) {
    it(`reads ${String(date)} from ${name}`, () => {
      expect(withoutDate(name)).to.deep.equal({ rest, date })
    })
  }
})

describe('isSameDate', () => {
  it('knows a date also without its year or day', () => {
    expect(isSameDate('2024-08-06', '-08-06')).to.equal(true)
    expect(isSameDate('2024-08', '2024-08-06')).to.equal(true)
    expect(isSameDate('r002', 'r002')).to.equal(true)
    expect(isSameDate('2024-08-06', '-05-13')).to.equal(false)
    expect(isSameDate('2024-08-06', '2024-05-13')).to.equal(false)
    expect(isSameDate('r002', '-05-13')).to.equal(false)
  })
})
