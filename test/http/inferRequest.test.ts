import { expect } from 'chai'
import fc from 'fast-check'

import { LLimitError } from '../../src/errors.js'
import { parseInferRequest } from '../../src/http/inferRequest.js'
import { refusal } from '../rejection.js'
import { INFER, LIMITS } from './runningApp.js'

const parse = (body: unknown) => parseInferRequest(body, LIMITS)
const withBatch = (batch_size: unknown) => parse({ ...INFER, batch_size })

const refusalOf = (body: unknown) => refusal(() => parse(body))

describe('parseInferRequest', () => {
  it('takes a request and drops unknown fields', () => {
    expect(parse({ ...INFER, batch_size: 7, foo: 1 })).to.deep.equal({
      model: 'dense_network/default',
      llms: ['a', 'b'],
      prompts: ['one', 'two'],
      batchSize: 7,
      details: false,
    })
  })

  it('takes whole numbers in other types for batch_size, as the original did', () => {
    const sizes = ['64', ' 64 ', '+64', '64.0', 2.0, true, undefined, 1, 1024].map(
      (b) => withBatch(b).batchSize,
    )
    expect(sizes).to.deep.equal([64, 64, 64, 64, 2, 1, 128, 1, 1024])
  })

  it('refuses any other batch_size', () => {
    for (const batch of [2.5, null, 'abc', '', '2.5', '0x10', '1e2', 0, -1, 1025, '1025', false, [64], {}]) {
      const { code, errors } = refusalOf({ ...INFER, batch_size: batch })
      expect(code).to.equal('INVALID_REQUEST')
      expect(errors[0]?.path).to.equal('batch_size')
      expect(errors[0]?.message).to.match(/^batch_size must be a whole number from 1 to 1024, received ./)
    }
  })

  it('takes details as true or false and nothing else', () => {
    expect([true, false, undefined].map((details) => parse({ ...INFER, details }).details)).to.deep.equal([
      true,
      false,
      false,
    ])
    for (const details of [null, 'true', 1, 0, 'yes', {}, [true]]) {
      expect(refusalOf({ ...INFER, details }).errors[0]?.message).to.match(
        /^details must be true or false, received ./,
      )
    }
  })

  it('never makes strings of numbers', () => {
    expect(refusalOf({ ...INFER, model: 5 }).errors).to.deep.equal([
      { path: 'model', message: 'model must be a string, received 5' },
    ])
    expect(refusalOf({ ...INFER, prompts: ['a', 1] }).errors).to.deep.equal([
      { path: 'prompts[1]', message: 'prompts[1] must be a string, received 1' },
    ])
    expect(refusalOf({ ...INFER, models_to_score: [null] }).errors[0]?.path).to.equal('models_to_score[0]')
    expect(refusalOf({ ...INFER, prompts: 'x' }).errors[0]?.message).to.equal(
      'prompts must be an array of strings, received "x"',
    )
  })

  it('names each missing field', () => {
    expect(refusalOf({}).errors.map((e) => e.message)).to.deep.equal([
      'model must be a string, received nothing',
      'models_to_score must be an array of strings, received nothing',
      'prompts must be an array of strings, received nothing',
    ])
    expect(refusalOf({}).message).to.equal(
      'The request is not valid: model must be a string, received nothing (and 2 more)',
    )
  })

  it('refuses a body that is not an object', () => {
    for (const body of [null, 5, 'x', [], [INFER], true]) {
      expect(refusalOf(body).message).to.include('body must be a JSON object, received')
    }
  })

  it('takes no LLMs but not no prompts', () => {
    expect(parse({ ...INFER, models_to_score: [] }).llms).to.deep.equal([])
    expect(refusalOf({ ...INFER, prompts: [] }).message).to.include('prompts must hold at least one prompt')
  })

  it('takes every well-formed text, and names a prompt with an unpaired surrogate', () => {
    expect(parse({ ...INFER, prompts: ['', '\u{1F600}', '\u0000'] }).prompts).to.have.length(3)
    for (const prompt of ['a\ud800b', '\udc00', '\udc00\ud800']) {
      const { code, errors } = refusalOf({ ...INFER, prompts: ['fine', prompt] })
      expect(code).to.equal('INVALID_REQUEST')
      expect(errors[0]?.message).to.include('prompts[1] must not have an unpaired surrogate')
    }
  })

  it('says which limit a request is over', () => {
    const details = [
      { ...INFER, prompts: Array<string>(6).fill('x') },
      { ...INFER, models_to_score: Array<string>(5).fill('x') },
      { ...INFER, prompts: ['', 'x'.repeat(1001)] },
    ].map((body) => refusalOf(body))
    expect(details.map((error) => error.code)).to.deep.equal(['TOO_LARGE', 'TOO_LARGE', 'TOO_LARGE'])
    expect(details.map((error) => error.message)).to.deep.equal([
      'prompts may have at most 5 prompts, received 6',
      'models_to_score may have at most 4 LLMs, received 5',
      'prompts[1] may have at most 1000 characters, received 1001',
    ])
    expect(details.map((error) => error.errors[0]?.path)).to.deep.equal([
      'prompts',
      'models_to_score',
      'prompts[1]',
    ])
  })

  it('takes a request at its limits', () => {
    const body = {
      ...INFER,
      prompts: Array<string>(5).fill('x'.repeat(1000)),
      models_to_score: ['a', 'b', 'c', 'd'],
    }
    expect(parse(body).prompts).to.have.length(5)
  })

  it('reports at most 20 faults', () => {
    const limits = { ...LIMITS, prompts: 1000 }
    const body = { ...INFER, prompts: Array<number>(1000).fill(1) }
    expect(() => parseInferRequest(body, limits))
      .to.throw(LLimitError, '(and 999 more)')
      .with.property('errors')
      .with.length(20)
  })

  it('accepts or refuses any JSON value, and never fails', () => {
    const field = fc.oneof(fc.jsonValue(), fc.array(fc.string({ unit: 'binary' })), fc.string())
    const body = fc.oneof(
      fc.jsonValue(),
      fc.record(
        { model: field, models_to_score: field, prompts: field, batch_size: field, ['__proto__']: field },
        { requiredKeys: [] },
      ),
    )
    fc.assert(
      fc.property(body, (value) => {
        try {
          parse(value)
        } catch (error) {
          if (!(error instanceof LLimitError)) throw error
          expect(error.code).to.be.oneOf(['INVALID_REQUEST', 'TOO_LARGE'])
          expect(error.errors).to.not.be.empty
        }
      }),
    )
  })
})
