import { createServer, request } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { expect } from 'chai'

import { connectRaw } from '../rawClient.js'
import { useApp } from '../runningApp.js'
import { loadedPaths } from './pageLinks.js'

const PREFIX = '/llimit'

/** Every path of a page, as a browser finds it. */
async function linksOf(page: string): Promise<URL[]> {
  const response = await fetch(page)
  const html = await response.text()
  const links = loadedPaths(html).map((link) => new URL(link, response.url))
  return [...links, new URL('openapi.json', response.url)]
}

async function expectPagesToWork(root: string): Promise<void> {
  for (const page of ['/docs', '/docs/', '/redoc', '/redoc/', '/docs/?deepLink=1']) {
    const links = await linksOf(root + page)
    expect(links.length, page).to.be.greaterThan(1)
    for (const link of links) {
      expect(link.pathname, page).to.match(/^\/llimit\//)
      expect((await fetch(link)).status, link.href).to.equal(200)
    }
  }
  const document = `${root}/openapi.json`
  const { servers } = (await (await fetch(document)).json()) as { servers: { url: string }[] }
  expect(servers.map(({ url }) => new URL(url, document).href)).to.deep.equal([`${root}/`])
}

describe('/docs and /redoc behind a proxy that strips a prefix (fault 24)', () => {
  const app = useApp()
  let proxy: Server
  let root: string
  before(async () => {
    proxy = createServer((req, res) => {
      const path = req.url?.startsWith(`${PREFIX}/`) === true ? req.url.slice(PREFIX.length) : undefined
      if (path === undefined) {
        res.writeHead(404).end()
        return
      }
      const headers = { ...req.headers, 'x-forwarded-prefix': PREFIX }
      const sent = request(app.url + path, { method: req.method, headers }, (answer) => {
        res.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(res)
      })
      req.pipe(sent)
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    root = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}${PREFIX}`
  })
  after(() => proxy.close())

  it('load all that they link, and name the server that they came from', () => expectPagesToWork(root))
})

describe('LLIMIT_BASE_PATH, for a proxy that does not strip it', () => {
  const app = useApp({}, {}, {}, { basePath: PREFIX })

  it('serves the pages under it', () => expectPagesToWork(app.url + PREFIX))

  it('serves every path under it and as it is, for probes, and no other', async () => {
    const statusOf = async (path: string) => (await fetch(app.url + path)).status
    for (const path of [
      '/llimit/health',
      '/llimit/health?x=1',
      '/llimit',
      '/llimit/',
      '/llimit?x',
      '/health',
    ])
      expect(await statusOf(path), path).to.equal(200)
    for (const path of ['/llimithealth', '/other/health', '/llimit/llimit/health'])
      expect(await statusOf(path), path).to.equal(404)
  })

  it('serves it also to who sends the whole address', async () => {
    const client = await connectRaw(app.port)
    client.socket.write('GET http://x/llimit/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    expect(await client.until(/healthy/)).to.match(/^HTTP\/1\.1 200 /)
    await client.closed
  })
})
