import { expect } from 'chai'

import { createOpenApi } from '../../../src/http/openapi/document.js'
import { LIMITS, useApp } from '../runningApp.js'

describe('GET / and GET /health', () => {
  const app = useApp()

  it('answer byte for byte as LLimit v1', async () => {
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

describe('GET /openapi.json', () => {
  const app = useApp()

  it('serves the document', async () => {
    const response = await fetch(`${app.url}/openapi.json`)
    expect(response.headers.get('content-type')).to.equal('application/json')
    const document: unknown = JSON.parse(JSON.stringify(createOpenApi('1.0.0', LIMITS)))
    expect(await response.json()).to.deep.equal(document)
  })
})
