import { createHash } from 'node:crypto'

import { expect } from 'chai'

import { useApp } from '../runningApp.js'
import { externalUrls, loadedPaths } from './pageLinks.js'

describe('/redoc', () => {
  const app = useApp()

  it('is the same page with and without a slash', async () => {
    const [page, withSlash] = await Promise.all(
      ['/redoc', '/redoc/'].map(async (path) => (await fetch(app.url + path)).text()),
    )
    expect(page).to.equal(withSlash).and.to.include('"openapi.json"')
  })

  it('loads only what this server has', async () => {
    const html = await (await fetch(`${app.url}/redoc`)).text()
    expect(externalUrls(html)).to.deep.equal([])
    expect(loadedPaths(html)).to.deep.equal(['redoc/redoc.standalone.js'])
    const bundle = await fetch(`${app.url}/redoc/redoc.standalone.js`)
    expect(bundle.status).to.equal(200)
    expect(bundle.headers.get('content-type')).to.match(/^(text|application)\/javascript/)
    expect(await bundle.text()).to.not.match(/src:"https?:|cdn\.|unpkg|googleapis/)
  })

  it('allows its one inline script by its hash', async () => {
    const response = await fetch(`${app.url}/redoc`)
    const scripts = [...(await response.text()).matchAll(/<script>([^]*?)<\/script>/g)].map(
      (match) => match[1],
    )
    expect(scripts).to.have.length(1)
    const hash = createHash('sha256')
      .update(scripts[0] ?? '')
      .digest('base64')
    expect(response.headers.get('content-security-policy')).to.include(`'sha256-${hash}'`)
  })
})
