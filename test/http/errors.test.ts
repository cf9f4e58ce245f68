import { expect } from 'chai'

import { ANSWER_CODES, COMMAND_CODES, ERROR_CODES, LLimitError } from '../../src/errors.js'
import { INTERNAL_MESSAGE, errorBody } from '../../src/http/errors.js'
import { errorSchema } from '../../src/http/schemas.js'
import { STATUS } from '../../src/http/status.js'
import { INFER, errorOf, post, useApp } from './runningApp.js'

describe('errorBody', () => {
  it('is what the documented schema says, for every code', () => {
    for (const code of ERROR_CODES) {
      const body = errorBody(new LLimitError(code, 'A sentence', { errors: [{ path: 'a', message: 'b' }] }))
      expect(errorSchema.parse(body)).to.deep.equal(body)
    }
  })

  it('shows the message and the faults, and leaves out an empty list of faults', () => {
    const errors = [{ path: 'a', message: 'b' }]
    expect(errorBody(new LLimitError('UNKNOWN_LLM', 'No', { errors }))).to.deep.equal({
      detail: 'No',
      code: 'UNKNOWN_LLM',
      errors,
    })
    expect(errorBody(new LLimitError('UNKNOWN_LLM', 'No'))).to.deep.equal({
      detail: 'No',
      code: 'UNKNOWN_LLM',
    })
  })

  it('says nothing about internals for anything that is a 500', () => {
    for (const code of ['INTERNAL', ...COMMAND_CODES] as const) {
      const body = errorBody(new LLimitError(code, 'secret', { errors: [{ path: 'secret', message: '' }] }))
      expect(body).to.deep.equal({ detail: INTERNAL_MESSAGE, code: 'INTERNAL' })
    }
  })
})

describe('handleErrors', () => {
  let thrown: Error
  const app = useApp({ infer: () => Promise.reject(thrown) })

  it('answers each code with its status', async () => {
    for (const code of ANSWER_CODES) {
      thrown = new LLimitError(code, 'A sentence')
      const response = await post(app, INFER)
      expect(response.status).to.equal(STATUS[code])
      expect(response.headers.get('content-type')).to.equal('application/json')
      const { detail } = await errorOf(response)
      expect(detail).to.equal(STATUS[code] === 500 ? INTERNAL_MESSAGE : 'A sentence')
    }
  })

  it('hides whatever else was thrown and logs it with its causes', async () => {
    const foreign = [
      new Error('secret'),
      Object.assign(new Error('secret'), { status: 404, type: 'entity.too.large', expose: true }),
      new URIError('secret'),
      // JavaScript throws anything.
      ...(['secret', undefined] as unknown[] as Error[]),
    ]
    for (thrown of foreign) {
      app.lines.length = 0
      const response = await post(app, INFER)
      expect(response.status).to.equal(500)
      const text = await response.text()
      expect(text).to.not.include('secret')
      expect(JSON.parse(text)).to.deep.equal({ detail: INTERNAL_MESSAGE, code: 'INTERNAL' })
      const line = app.lines.find(({ level }) => level === 'error')
      expect(line).to.include({ message: 'request failed', method: 'POST', path: '/infer', status: 500 })
    }
    app.lines.length = 0
    thrown = new Error('outer', { cause: new Error('deep secret') })
    await post(app, INFER)
    expect(JSON.stringify(app.lines)).to.include('deep secret')
  })

  it('logs a cause once, however often it is met', async () => {
    app.lines.length = 0
    const cause = new LLimitError('MODEL_BROKEN', 'bad bytes', { cause: new Error('deep') })
    for (let request = 0; request < 3; request++) {
      thrown = new LLimitError('MODEL_BROKEN', 'The saved model cannot be used', { cause })
      expect((await post(app, INFER)).status).to.equal(503)
    }
    thrown = new LLimitError('MODEL_BROKEN', 'The saved model cannot be used', { cause: new Error('other') })
    await post(app, INFER)
    const errors = app.lines.filter(({ level }) => level === 'error')
    expect(errors.map((line) => JSON.stringify(line).includes('deep'))).to.deep.equal([true, false])
    // A chain that bites its tail.
    thrown = new Error('tail')
    thrown.cause = thrown
    expect((await post(app, INFER)).status).to.equal(500)
  })

  it('logs a 503 too, and no 4xx', async () => {
    app.lines.length = 0
    thrown = new LLimitError('UNKNOWN_LLM', 'No')
    await post(app, INFER)
    thrown = new LLimitError('MODEL_BROKEN', 'No', { cause: new Error('bad bytes') })
    await post(app, INFER)
    const errors = app.lines.filter(({ level }) => level === 'error')
    expect(errors).to.have.length(1)
    expect(JSON.stringify(errors)).to.include('bad bytes')
  })

  it('keeps serving afterwards', async () => {
    expect((await fetch(`${app.url}/health`)).status).to.equal(200)
  })
})
