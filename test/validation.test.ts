import { expect } from 'chai'
import { z } from 'zod'

import { describeIssues, describeValue, fieldErrors } from '../src/validation.js'

const schema = z.object({ name: z.string('must be a string'), sizes: z.array(z.int('must be an integer')) })

function issuesOf(value: unknown): z.ZodError {
  const { error } = schema.safeParse(value, { reportInput: true })
  if (error === undefined) throw new Error('expected an invalid value')
  return error
}

describe('what Zod found, in words', () => {
  it('names the field, what is expected and what was received', () => {
    const { issues } = issuesOf({ name: 3, sizes: [1, 'x'] })
    expect(fieldErrors(issues, 'body')).to.deep.equal([
      { path: 'name', message: 'name: must be a string, got 3' },
      { path: 'sizes[1]', message: 'sizes[1]: must be an integer, got "x"' },
    ])
  })

  it('names the value itself', () => {
    expect(describeIssues(issuesOf([]), 'the row')).to.equal('the row: expected object, got an empty array')
  })

  it('counts what it does not show', () => {
    const message = describeIssues(issuesOf({ name: 'a', sizes: Array<string>(9).fill('x') }), 'the row')
    expect(message).to.match(/sizes\[4\]: must be an integer, got "x" \(and 4 more\)$/)
  })

  it('shows scalars as JSON, cut, and the rest by its kind', () => {
    expect([undefined, null, true, Infinity, [], [1], {}].map(describeValue)).to.deep.equal([
      'nothing',
      'null',
      'true',
      'Infinity',
      'an empty array',
      'an array',
      'an object',
    ])
    expect(describeValue('x'.repeat(10_000)).length).to.be.at.most(80)
  })
})
