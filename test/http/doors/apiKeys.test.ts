import { createHash } from 'node:crypto'

import { expect } from 'chai'

import { INFER, errorOf, post, useApp } from '../runningApp.js'

const KEYS = ['the-old-key-of-many-letters', 'the-new-key-of-many-letters']
const keyHashes = KEYS.map((key) => createHash('sha256').update(key).digest())
const [OLD = '', NEW = ''] = KEYS

describe('requireKey', () => {
  const app = useApp({}, {}, {}, { keyHashes })
  const infer = (headers: Record<string, string>) =>
    post(app, INFER, { 'content-type': 'application/json', ...headers })

  it('takes any of several keys, in either header', async () => {
    for (const key of KEYS) {
      expect((await infer({ authorization: `Bearer ${key}` })).status).to.equal(200)
      expect((await infer({ 'x-api-key': key })).status).to.equal(200)
    }
    expect((await infer({ authorization: `bearer  ${OLD}` })).status).to.equal(200)
    const both = { authorization: 'Bearer of-the-proxy', 'x-api-key': NEW }
    expect((await infer(both)).status).to.equal(200)
    expect((await infer({ authorization: `Bearer ${NEW}`, 'x-api-key': 'other' })).status).to.equal(200)
  })

  it('answers 401 to all else, and shows no key', async () => {
    for (const headers of [
      {},
      { authorization: `Bearer ${OLD}x` },
      { authorization: OLD },
      { authorization: `Basic ${NEW}` },
      { 'x-api-key': NEW.slice(1) },
      { 'x-api-key': keyHashes[0]?.toString('hex') ?? '' },
      { 'x-api-key': '' },
    ]) {
      const response = await infer(headers)
      expect(response.status, JSON.stringify(headers)).to.equal(401)
      expect(response.headers.get('www-authenticate')).to.equal('Bearer')
      const { code, detail } = await errorOf(response)
      expect(code).to.equal('UNAUTHORIZED')
      expect(detail).to.match(/^Expected an API key as .*, got (none|one that is not known)$/)
    }
    expect(JSON.stringify(app.lines)).to.not.match(/key-of-many/)
  })

  it('leaves nothing open but the probes', async () => {
    const statusOf = async (path: string) => (await fetch(app.url + path)).status
    for (const path of ['/health', '/ready', '/health/']) expect(await statusOf(path), path).to.equal(200)
    for (const path of [
      '/',
      '/models',
      '/metrics',
      '/docs',
      '/openapi.json',
      '/nope',
      '//health',
      '/health/x',
    ])
      expect(await statusOf(path), path).to.equal(401)
  })

  it('tells gateways in the form that they know', async () => {
    const response = await post(app, {}, { 'content-type': 'application/json' }, '/v1/decisions')
    expect(response.status).to.equal(401)
    expect(await response.json()).to.have.nested.property('error.code', 'unauthorized')
  })
})

describe('requireKey, with open metrics', () => {
  const app = useApp({}, {}, {}, { keyHashes, metrics: 'open' })

  it('gives them to everybody', async () => {
    expect((await fetch(`${app.url}/metrics`)).status).to.equal(200)
    expect((await fetch(`${app.url}/models`)).status).to.equal(401)
  })
})

describe('metrics that are off', () => {
  const app = useApp({}, {}, {}, { metrics: 'off' })

  it('have no route', async () => expect((await fetch(`${app.url}/metrics`)).status).to.equal(404))
})
