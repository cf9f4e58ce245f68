import { createConnection } from 'node:net'

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

  it('lets what is rejected whatever its route is be read', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      let text = ''
      const socket = createConnection(app.port, '127.0.0.1').setEncoding('utf8')
      socket.on('data', (chunk: string) => (text += chunk))
      socket.on('error', reject)
      socket.on('close', () => resolve(text))
      socket.write(`GET /health HTTP/1.1\r\nHost: x\r\nHost: y\r\nOrigin: ${ORIGIN}\r\n\r\n`)
    })
    expect(answer)
      .to.match(/^HTTP\/1\.1 400 /)
      .and.to.include(`Access-Control-Allow-Origin: ${ORIGIN}`)
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
