import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'

import { expect } from 'chai'

import { repositoryRoot } from '../../repository.js'
import { useApp } from '../runningApp.js'
import { externalUrls, loadedPaths } from './pageLinks.js'

describe('/playground', () => {
  const app = useApp()

  before('is built', () => {
    const file = path.join(repositoryRoot, 'dist/playground/page.html')
    expect(existsSync(file), 'the page is not built: run "npm run build"').to.equal(true)
  })

  it('loads only what this server has, by relative links, all modules at once', async () => {
    const html = await (await fetch(`${app.url}/playground`)).text()
    expect(externalUrls(html)).to.deep.equal([])
    const paths = loadedPaths(html)
    for (const relative of paths) {
      expect(relative).to.not.match(/^\//)
      const response = await fetch(new URL(relative, `${app.url}/playground`))
      expect(response.status, relative).to.equal(200)
      if (relative.endsWith('.js')) expect(response.headers.get('content-type')).to.match(/javascript/)
      if (relative.startsWith('playground/'))
        expect(externalUrls(await response.text()), relative).to.deep.equal([])
    }
    const sources = readdirSync(path.join(repositoryRoot, 'src/playground')).filter((file) =>
      /(?<!\.d)\.ts$/.test(file),
    )
    expect(paths).to.include.members(sources.map((file) => `playground/${file.replace(/ts$/, 'js')}`))
  })

  it('has no inline script, and the policy of the other pages', async () => {
    const [page, docs] = await Promise.all(['/playground', '/docs'].map((at) => fetch(app.url + at)))
    expect(await page?.text()).to.not.match(/<script(?![^>]*src=)|\son\w+=|style=/)
    const policy = page?.headers.get('content-security-policy')
    expect(policy).to.be.a('string').and.to.equal(docs?.headers.get('content-security-policy'))
  })

  it('leads from a slash at the end to where its links are right', async () => {
    const response = await fetch(`${app.url}/playground/?a=b/`, { redirect: 'manual' })
    expect(response.status).to.equal(308)
    expect(response.headers.get('location')).to.equal('../playground')
    expect((await fetch(`${app.url}/playground?a=b/`, { redirect: 'manual' })).status).to.equal(200)
  })

  it('has no other file, and only reads', async () => {
    for (const file of ['page.html', 'tsconfig.json', '.playground.tsbuildinfo', 'main.ts'])
      expect((await fetch(`${app.url}/playground/${file}`)).status, file).to.equal(404)
    expect((await fetch(`${app.url}/playground`, { method: 'POST' })).status).to.equal(405)
  })
})
