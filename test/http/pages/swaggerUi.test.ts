import { expect } from 'chai'

import { useApp } from '../runningApp.js'
import { externalUrls, loadedPaths } from './pageLinks.js'

describe('/docs', () => {
  const app = useApp()

  it('is the same page with and without a slash', async () => {
    const [page, withSlash] = await Promise.all(
      ['/docs', '/docs/'].map(async (path) => (await fetch(app.url + path)).text()),
    )
    expect(page).to.equal(withSlash).and.to.include('swagger-ui')
  })

  it('loads only what this server has', async () => {
    const html = await (await fetch(`${app.url}/docs`)).text()
    expect(externalUrls(html)).to.deep.equal([])
    const paths = loadedPaths(html)
    expect(paths).to.include.members(['docs/swagger-ui.css', 'docs/swagger-ui-bundle.js'])
    for (const path of paths) {
      const response = await fetch(`${app.url}/${path}`)
      expect(response.status, path).to.equal(200)
      if (path.endsWith('.css')) expect(externalUrls(await response.text())).to.deep.equal([])
    }
  })

  it('has no file of the name with a slash behind it', async () => {
    const response = await fetch(`${app.url}/docs/swagger-ui-init.js/`)
    expect(response.status).to.equal(404)
  })

  it('has no inline script, which its policy would block', async () => {
    const html = await (await fetch(`${app.url}/docs`)).text()
    expect(html).to.not.match(/<script(?![^>]*src=)/)
  })

  it('reads our document and asks nobody to validate it', async () => {
    const script = await (await fetch(`${app.url}/docs/swagger-ui-init.js`)).text()
    expect(script).to.include('"swaggerUrl": "openapi.json"').and.to.include('"validatorUrl": null')
    expect(externalUrls(script)).to.deep.equal([])
  })
})
