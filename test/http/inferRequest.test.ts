import { expect } from 'chai'
import fc from 'fast-check'

import { LLimitError } from '../../src/errors.js'
import { parseInferRequest } from '../../src/http/inferRequest.js'
import { thrownBy } from '../rejection.js'
import { INFER, LIMITS } from './runningApp.js'

const parse = (body: unknown) => parseInferRequest(body, LIMITS)
const withBatch = (batch_size: unknown) => parse({ ...INFER, batch_size })

const errorFor = (body: unknown) => thrownBy(() => parse(body))

describe('parseInferRequest', () => {
  it('takes a request and drops unknown fields', () => {
    expect(parse({ ...INFER, batch_size: 7, foo: 1 })).to.deep.equal({
      model: 'dense_network/default',
      llms: ['a', 'b'],
      resolveNames: true,
      prompts: ['one', 'two'],
      batchSize: 7,
      details: false,
    })
  })

  it('takes integers in other types for batch_size, as LLimit v1 did', () => {
    const sizes = ['64', ' 64 ', '+64', '64.0', 2.0, true, undefined, 1, 1024].map(
      (b) => withBatch(b).batchSize,
    )
    expect(sizes).to.deep.equal([64, 64, 64, 64, 2, 1, 128, 1, 1024])
  })

  it('rejects any other batch_size', () => {
    for (const batch of [2.5, null, 'abc', '', '2.5', '0x10', '1e2', 0, -1, 1025, '1025', false, [64], {}]) {
      const { code, errors } = errorFor({ ...INFER, batch_size: batch })
      expect(code).to.equal('INVALID_REQUEST')
      expect(errors[0]?.path).to.equal('batch_size')
      expect(errors[0]?.message).to.match(/^batch_size: expected an integer from 1 to 1024, got ./)
    }
  })

  it('reports a batch_size that is far too large once', () => {
    const { errors, message } = errorFor({ ...INFER, batch_size: 1e19 })
    const fault = 'batch_size: expected an integer from 1 to 1024, got 10000000000000000000'
    expect(errors).to.deep.equal([{ path: 'batch_size', message: fault }])
    expect(message).to.equal(`Invalid request: ${fault}`)
  })

  it('takes details as true or false and nothing else', () => {
    expect([true, false, undefined].map((details) => parse({ ...INFER, details }).details)).to.deep.equal([
      true,
      false,
      false,
    ])
    for (const details of [null, 'true', 1, 0, 'yes', {}, [true]]) {
      expect(errorFor({ ...INFER, details }).errors[0]?.message).to.match(
        /^details: expected true or false, got ./,
      )
    }
  })

  it('never makes strings of numbers', () => {
    expect(errorFor({ ...INFER, model: 5 }).errors).to.deep.equal([
      { path: 'model', message: 'model: expected a string, got 5' },
    ])
    expect(errorFor({ ...INFER, prompts: ['a', 1] }).errors).to.deep.equal([
      { path: 'prompts[1]', message: 'prompts[1]: expected a string, got 1' },
    ])
    expect(errorFor({ ...INFER, models_to_score: [null] }).errors[0]?.path).to.equal('models_to_score[0]')
    expect(errorFor({ ...INFER, prompts: 'x' }).errors[0]?.message).to.equal(
      'prompts: expected an array of strings, got "x"',
    )
  })

  it('names each missing field', () => {
    expect(errorFor({}).errors.map((e) => e.message)).to.deep.equal([
      'model: expected a string, got nothing',
      'models_to_score: expected an array of strings, got nothing',
      'prompts: expected an array of strings, got nothing',
    ])
    expect(errorFor({}).message).to.equal(
      'Invalid request: model: expected a string, got nothing (and 2 more)',
    )
  })

  it('rejects a body that is not an object', () => {
    for (const body of [null, 5, 'x', [], [INFER], true]) {
      expect(errorFor(body).message).to.include('body: expected a JSON object, got')
    }
  })

  it('takes no LLMs but not no prompts', () => {
    expect(parse({ ...INFER, models_to_score: [] }).llms).to.deep.equal([])
    expect(errorFor({ ...INFER, prompts: [] }).message).to.include(
      'prompts: expected at least one prompt, got an empty array',
    )
  })

  it('takes every well-formed text, and names a prompt with an unpaired surrogate', () => {
    expect(parse({ ...INFER, prompts: ['', '\u{1F600}', '\u0000'] }).prompts).to.have.length(3)
    for (const prompt of ['a\ud800b', '\udc00', '\udc00\ud800']) {
      const { code, errors } = errorFor({ ...INFER, prompts: ['fine', prompt] })
      expect(code).to.equal('INVALID_REQUEST')
      expect(errors[0]?.message).to.include('prompts[1]: expected text without unpaired surrogates')
    }
  })

  it('rejects names that nobody has for their length, and takes long ones', () => {
    const name = 'x'.repeat(1000)
    expect(parse({ ...INFER, models_to_score: [name] }).llms).to.deep.equal([name])
    const { code, errors } = errorFor({ ...INFER, model: `${name}x`, models_to_score: ['a', `${name}xx`] })
    expect(code).to.equal('INVALID_REQUEST')
    expect(errors.map(({ message }) => message)).to.deep.equal([
      'model: expected a name of at most 1000 characters, got 1001',
      'models_to_score[1]: expected a name of at most 1000 characters, got 1002',
    ])
  })

  it('says which limit a request is over', () => {
    const details = [
      { ...INFER, prompts: Array<string>(6).fill('x') },
      { ...INFER, models_to_score: Array<string>(5).fill('x') },
      { ...INFER, prompts: ['', 'x'.repeat(1001)] },
    ].map((body) => errorFor(body))
    expect(details.map((error) => error.code)).to.deep.equal(['TOO_LARGE', 'TOO_LARGE', 'TOO_LARGE'])
    expect(details.map((error) => error.message)).to.deep.equal([
      'prompts: expected at most 5 prompts, got 6; LLIMIT_MAX_PROMPTS sets the limit',
      'models_to_score: expected at most 4 LLMs, got 5; LLIMIT_MAX_LLMS sets the limit',
      'prompts[1]: expected at most 1000 characters, got 1001; LLIMIT_MAX_PROMPT_CHARS sets the limit',
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

  it('accepts or rejects any JSON value, and never fails', () => {
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
