import { expect } from 'chai'

import { useApp } from '../runningApp.js'

describe('GET /ready', () => {
  const app = useApp()
  const ready = async () => {
    const response = await fetch(`${app.url}/ready`)
    return { status: response.status, body: await response.json() }
  }

  it('is 200 while nothing is in the way', async () => {
    app.problems = []
    expect(await ready()).to.deep.equal({ status: 200, body: { status: 'ready', reasons: [] } })
    const head = await fetch(`${app.url}/ready`, { method: 'HEAD' })
    expect([head.status, head.headers.get('cache-control')]).to.deep.equal([200, 'no-store'])
  })

  it('is 503 with the reasons otherwise, while /health is what it always is', async () => {
    app.problems = ['The scorer is starting']
    const body = { status: 'not ready', reasons: ['The scorer is starting'] }
    expect(await ready()).to.deep.equal({ status: 503, body })
    const health = await fetch(`${app.url}/health`)
    expect([health.status, await health.json()]).to.deep.equal([200, { status: 'healthy', version: '1.0.0' }])
  })
})
