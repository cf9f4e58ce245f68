import { expect } from 'chai'
import fc from 'fast-check'
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

  it('names a fault once that two checks find', () => {
    const size = z.int('expected at most 9').max(9, 'expected at most 9')
    const { error } = size.safeParse(1e20, { reportInput: true })
    expect(error?.issues).to.have.length(2)
    expect(fieldErrors(error?.issues ?? [], 'size')).to.deep.equal([
      { path: 'size', message: 'size: expected at most 9, got 100000000000000000000' },
    ])
  })

  it('words what Zod itself says in the same way', () => {
    const shape = z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('a'), size: z.int().max(9) }),
    ])
    const found = (value: unknown) => {
      const { error } = shape.safeParse(value, { reportInput: true })
      return error === undefined ? 'nothing' : describeIssues(error, 'the shape')
    }
    expect(found({ type: 'b' })).to.equal('type: expected \'a\', got "b"')
    expect(found({ type: 'a' })).to.equal('size: expected number, got nothing')
    expect(found({ type: 'a', size: 10 })).to.equal('size: expected number to be <=9, got 10')
    expect(found({ type: 'a', size: 1, color: 2 })).to.equal('the shape: expected no field "color"')
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
    expect(describeValue('a"b')).to.equal('"a\\"b"')
    expect(describeValue('\u0000'.repeat(1000))).to.have.length(80)
    fc.assert(fc.property(fc.jsonValue(), (value) => describeValue(value).length <= 80))
  })
})
