import { expect } from 'chai'

import { createOpenApi } from '../../../src/http/openapi/document.js'
import { LIMITS, useApp } from '../runningApp.js'

describe('GET /openapi.json', () => {
  const app = useApp()

  it('serves the document', async () => {
    const response = await fetch(`${app.url}/openapi.json`)
    expect(response.headers.get('content-type')).to.equal('application/json')
    const document: unknown = JSON.parse(JSON.stringify(createOpenApi('1.0.0', LIMITS)))
    expect(await response.json()).to.deep.equal(document)
  })
})
