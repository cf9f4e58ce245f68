import { expect } from 'chai'
import fc from 'fast-check'

import { codeIn, jsonIn, lastBoxed, withoutThinking } from '../../../src/collect/graders/extract.js'
import { JsonSchemas } from '../../../src/collect/graders/jsonSchema.js'
import { gradeRegex, parsePattern } from '../../../src/collect/graders/regex.js'

describe('what graders take out of an answer', () => {
  it('is the last block of code, or all of a text without one', () => {
    const line = fc.string({ maxLength: 20 }).filter((text) => !/[`~\n\r]/.test(text))
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 4 }), line, line, (lines, before, language) => {
        const code = lines.map((one) => `${one}\n`).join('')
        const answer = `${before}\n\`\`\`other\nx\n\`\`\`\n~~~${language}\n${code}~~~\nThat is all.`
        expect(codeIn(answer)).to.equal(code)
        expect(codeIn(answer.replaceAll('\n', '\r\n'))).to.equal(code)
        expect(codeIn(before)).to.equal(before)
      }),
    )
    expect(codeIn('````\n```\nx\n```\n````\n')).to.equal('```\nx\n```\n')
  })

  it('is any JSON value, in a block, in a text or alone', () => {
    const values = fc.jsonValue().filter((value) => typeof value === 'object' && value !== null)
    fc.assert(
      fc.property(values, (value) => {
        const text = JSON.stringify(value)
        for (const answer of [
          text,
          `Here it is:\n\`\`\`json\n${text}\n\`\`\`\nDone.`,
          `It is ${text}, I think.`,
        ])
          expect(JSON.stringify(jsonIn(answer)?.value)).to.equal(text)
      }),
    )
    expect(jsonIn('no JSON {here}')).to.equal(undefined)
  })

  it('is what the last box holds, braces and all', () => {
    expect(lastBoxed('\\boxed{1} and \\boxed{\\frac{1}{2}}.')).to.equal('\\frac{1}{2}')
    expect(lastBoxed('\\boxed{open')).to.equal(undefined)
    expect(lastBoxed('none')).to.equal(undefined)
  })

  it('is not what it thought before', () => {
    expect(withoutThinking('<think>\nA or B?\n</think>\n\nB')).to.equal('B')
    expect(withoutThinking('The tag <think>x</think>')).to.equal('The tag <think>x</think>')
  })
})

describe('gradeRegex', () => {
  it('is as the expression is found', () => {
    expect(gradeRegex('a cat', 'c.t', [])).to.equal(1)
    expect(gradeRegex('a CAT', 'c.t', [])).to.equal(0)
    expect(gradeRegex('a CAT', '/c.t/i', [])).to.equal(1)
    expect(gradeRegex('a/b', 'a/b', [])).to.equal(1)
  })

  it('compares what its group finds last with the references', () => {
    const pattern = String.raw`Final: (?:(\d+)|(\w+))`
    expect(gradeRegex('Final: 1\nFinal: 2', pattern, ['2'])).to.equal(1)
    expect(gradeRegex('Final: 1\nFinal: 2', pattern, ['1'])).to.equal(0)
    expect(gradeRegex('Final: Two', pattern, ['x', 'two'])).to.equal(1)
    expect(gradeRegex('none', pattern, ['none'])).to.equal(0)
  })

  it('ends a search that takes too long', () => {
    expect(() => gradeRegex(`${'a'.repeat(40)}!`, '(a+)+$', [])).to.throw(
      RangeError,
      /at most 1000 ms.*\(a\+\)\+\$/,
    )
    expect(gradeRegex('still works', 'works', [])).to.equal(1)
  })

  it('rejects what is no expression', () => {
    expect(() => parsePattern('(')).to.throw(SyntaxError)
    expect(() => parsePattern('/x/k')).to.throw(SyntaxError)
  })
})

describe('JsonSchemas', () => {
  const schemas = new JsonSchemas()
  const person = {
    type: 'object',
    required: ['name', 'born'],
    properties: { name: { type: 'string' }, born: { type: 'string', format: 'date' } },
  }

  it('grades by the schema, formats too', () => {
    expect(schemas.grade('```json\n{"name": "Ada", "born": "1815-12-10"}\n```', person)).to.equal(1)
    expect(schemas.grade('{"name": "Ada", "born": "yesterday"}', person)).to.equal(0)
    expect(schemas.grade('{"name": "Ada"}', person)).to.equal(0)
    expect(schemas.grade('Ada', person)).to.equal(0)
    expect(schemas.grade('[1, "x"]', true)).to.equal(1)
  })

  it('reads each draft by its own rules', () => {
    const tuple = { items: [{ type: 'integer' }, { type: 'string' }] }
    const draft7 = { $schema: 'http://json-schema.org/draft-07/schema#', ...tuple }
    const draft2020 = { prefixItems: tuple.items }
    for (const schema of [draft7, draft2020]) {
      expect(schemas.grade('[1, "x"]', schema)).to.equal(1)
      expect(schemas.grade('["x", 1]', schema)).to.equal(0)
    }
    for (const type of ['integer', 'string']) schemas.compile({ $id: 'https://example.org/same', type })
  })

  it('rejects what is no schema', () => {
    expect(() => schemas.compile({ type: 'nothing' })).to.throw(/type/)
  })
})
