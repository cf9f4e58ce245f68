import { expect } from 'chai'

import { useApp } from '../runningApp.js'

describe('GET / and GET /health', () => {
  const app = useApp()

  it('answer byte for byte as the original', async () => {
    const health = await fetch(`${app.url}/health`)
    expect(health.status).to.equal(200)
    expect(health.headers.get('content-type')).to.equal('application/json')
    expect(await health.text()).to.equal('{"status":"healthy","version":"1.0.0"}')
    const root = await fetch(`${app.url}/`)
    expect(root.status).to.equal(200)
    expect(await root.text()).to.equal(
      '{"message":"LLimit Model Selection API","docs":"/docs","health":"/health"}',
    )
  })
})
