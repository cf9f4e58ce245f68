import { createHash } from 'node:crypto'

import { expect } from 'chai'

import { LLimitError } from '../../../src/errors.js'
import { post, useApp } from '../runningApp.js'
import { ROUTES, useGateways } from './gateways.js'

describe('errors of gateways', () => {
  const world = useGateways()
  beforeEach(() => (world.fault = undefined))

  it('tells errors in the form of each', async () => {
    const faults = await Promise.all(ROUTES.map(([path]) => world.ask(path, {})))
    expect(faults.map(({ status }) => status)).to.deep.equal([422, 400, 400])
    expect(faults[0]?.body).to.have.nested.property('error.field', 'model')
    expect(faults[1]?.body).to.deep.equal({
      error: {
        message: 'Invalid request: model: expected a string, got nothing (and 2 more)',
        type: 'invalid_request_error',
        param: 'model',
        code: 'invalid_request',
      },
    })
    expect(faults[2]?.body).to.deep.include({ code: 'INVALID_REQUEST' })
    const broken = await Promise.all(ROUTES.map(([path]) => world.ask(path, '{')))
    expect(broken.map(({ status }) => status)).to.deep.equal([422, 400, 400])
    expect(broken[1]?.body).to.have.nested.property('error.param', null)
    expect(Object.keys((broken[0]?.body as { error: object }).error)).to.deep.equal(['message'])
    const missing = await fetch(`${world.app.url}/v1/systemone/x`)
    expect([missing.status, await missing.json()]).to.deep.equal([
      404,
      { error: { message: 'Not found: /v1/systemone/x' } },
    ])
  })

  it('tells when to try again, and nothing of the inside', async () => {
    world.fault = new LLimitError('OVERLOADED', 'full', { retryAfterSeconds: 7 })
    const full = await Promise.all(ROUTES.map(([path, body]) => world.ask(path, body)))
    expect(full.map(({ status, retryAfter }) => [status, retryAfter])).to.deep.equal(
      ROUTES.map(() => [429, '7']),
    )
    expect(full[1]?.body).to.have.nested.property('error.type', 'rate_limit_error')
    world.fault = new LLimitError('INTERNAL', 'secret')
    const inside = await Promise.all(ROUTES.map(([path, body]) => world.ask(path, body)))
    for (const { status, body } of inside) {
      expect(status).to.equal(500)
      expect(JSON.stringify(body)).to.not.include('secret')
    }
    world.fault = new LLimitError('ENGINE_UNAVAILABLE', 'gone')
    const gone = await Promise.all(ROUTES.map(([path, body]) => world.ask(path, body)))
    expect(gone.map(({ status }) => status)).to.deep.equal([529, 503, 503])
    expect(gone[1]?.body).to.have.nested.property('error.type', 'server_error')
  })

  it('cancels what is older than a gateway waits', async () => {
    for (const [i, [path, body]] of ROUTES.entries()) {
      world.fault = 'slow'
      world.isAborted = false
      const late = await world.ask(path, body)
      expect(late.status).to.equal([529, 504, 504][i])
      expect(JSON.stringify(late.body)).to.include('Expected to answer within 0.1 s')
      expect(world.isAborted).to.equal(true)
    }
  })
})

describe('gateways without the key that a server wants', () => {
  const app = useApp(
    {},
    {},
    {},
    { keyHashes: [createHash('sha256').update('the-key-of-many-letters').digest()] },
  )

  it('are told in the form of each', async () => {
    const told = await Promise.all(
      ROUTES.map(async ([path, body]) => {
        const response = await post(app, body, undefined, path)
        return { status: response.status, body: await response.json() }
      }),
    )
    expect(told.map(({ status }) => status)).to.deep.equal([401, 401, 401])
    expect(told[0]?.body).to.have.nested.property('error.message').that.includes('Expected an API key')
    expect(told[1]?.body).to.nested.include({
      'error.type': 'authentication_error',
      'error.code': 'unauthorized',
    })
    expect(told[2]?.body).to.deep.include({ code: 'UNAUTHORIZED' })
    const models = await fetch(`${app.url}/v1/models`)
    expect([models.status, await models.json()]).to.have.nested.property(
      '[1].error.type',
      'authentication_error',
    )
  })
})
