import { expect } from 'chai'

import { INFER, post, useApp } from '../runningApp.js'

const ORIGIN = 'https://a.example'
const JSON_FROM = (origin: string) => ({ 'content-type': 'application/json', origin })

describe('allowOrigins', () => {
  const app = useApp({}, {}, {}, { corsOrigins: [ORIGIN], keyHashes: [Buffer.alloc(32)] })
  const preflight = (origin: string) =>
    fetch(`${app.url}/infer`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    })

  it('lets a browser ask for the origins of the setting, without a key', async () => {
    const response = await preflight(ORIGIN)
    expect(response.status).to.equal(204)
    expect(response.headers.get('access-control-allow-origin')).to.equal(ORIGIN)
    expect(response.headers.get('access-control-allow-headers')).to.match(/Authorization/)
    expect(response.headers.get('access-control-allow-methods')).to.equal('GET,HEAD,POST')
  })

  it('names no other origin, and lets errors be read', async () => {
    expect((await preflight('https://b.example')).headers.get('access-control-allow-origin')).to.equal(null)
    const response = await post(app, INFER, JSON_FROM(ORIGIN))
    expect(response.status).to.equal(401)
    expect(response.headers.get('access-control-allow-origin')).to.equal(ORIGIN)
    expect(response.headers.get('access-control-expose-headers')).to.match(/X-Request-Id/)
    expect(response.headers.get('vary')).to.match(/Origin/)
  })
})

describe('allowOrigins, of any origin', () => {
  const app = useApp({}, {}, {}, { corsOrigins: ['*'] })

  it('answers every page', async () => {
    const response = await post(app, INFER, JSON_FROM('https://b.example'))
    expect([response.status, response.headers.get('access-control-allow-origin')]).to.deep.equal([200, '*'])
  })
})

describe('cross-origin requests, by default', () => {
  const app = useApp()

  it('are not let in by browsers', async () => {
    const response = await post(app, INFER, JSON_FROM(ORIGIN))
    expect(response.headers.get('access-control-allow-origin')).to.equal(null)
    expect((await fetch(`${app.url}/infer`, { method: 'OPTIONS' })).status).to.equal(405)
  })
})
