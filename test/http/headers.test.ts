import { expect } from 'chai'

import { INFER, post, useApp } from './runningApp.js'

describe('response headers', () => {
  const app = useApp()

  it('let a browser do nothing with an answer of the API', async () => {
    for (const response of [await fetch(`${app.url}/health`), await post(app, INFER), await post(app, 'x')]) {
      expect(response.headers.get('content-security-policy')).to.equal(
        "default-src 'none';frame-ancestors 'none'",
      )
      expect(response.headers.get('x-content-type-options')).to.equal('nosniff')
    }
  })

  it('let the pages load from this server alone', async () => {
    for (const path of ['/docs', '/redoc']) {
      const policy = (await fetch(app.url + path)).headers.get('content-security-policy') ?? ''
      expect(policy).to.include("default-src 'none'")
      expect(policy).to.match(/script-src 'self'( 'sha256-[\w+/]{43}=')?;/)
      expect(policy).to.not.match(/https?:|\*|unsafe-eval/)
    }
  })

  it('promise nothing about HTTPS and do not tell the framework', async () => {
    for (const path of ['/', '/docs', '/redoc', '/nope']) {
      const { headers } = await fetch(app.url + path)
      expect(headers.has('strict-transport-security')).to.equal(false)
      expect(headers.get('content-security-policy')).to.not.include('upgrade-insecure-requests')
      expect(headers.has('x-powered-by')).to.equal(false)
      expect(headers.has('etag')).to.equal(false)
    }
  })
})
