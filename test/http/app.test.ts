import { expect } from 'chai'
import fc from 'fast-check'

import { createApp } from '../../src/http/app.js'
import { createOpenApi } from '../../src/http/openapi/document.js'
import { createLogger } from '../../src/log.js'
import { DECISIONS, LIMITS, errorOf, fakeService, post, useApp } from './runningApp.js'

const documented = Object.entries(createOpenApi('1.0.0', LIMITS).paths)
  .filter(([, { get }]) => get !== undefined)
  .map(([path]) => path.replace(/{\w+}/g, 'a'))
const GET_PATHS = [...documented, '/docs/', '/redoc/']

describe('createApp', () => {
  const app = useApp()

  it('answers 404 in JSON for what is not there', async () => {
    for (const path of [
      '/nope',
      '/Health',
      '/models/a',
      '/models/a/b/c',
      '/docs/index.html',
      '/docsx',
      '/%zz',
    ]) {
      const response = await fetch(app.url + path)
      expect(response.status, path).to.equal(404)
      const error = await errorOf(response)
      expect(error.code).to.equal('NOT_FOUND')
      expect(error.detail).to.include(path)
    }
  })

  it('has nothing on the way of a request that a shadow needs, unless there is one', () => {
    const parts = {
      ...{ service: fakeService, limits: LIMITS, decisions: DECISIONS, version: '1.0.0' },
      defaultModel: 'dense_network/default',
      log: createLogger('error', { silent: true }),
    }
    const steps = (own: Parameters<typeof createApp>[0]) => createApp(own).router.stack.length
    const shadow = { requestEnded: () => undefined }
    expect(steps({ ...parts, shadow })).to.equal(steps(parts) + 1)
  })

  it('shortens a long path in its answer', async () => {
    const response = await fetch(`${app.url}/${'x'.repeat(5000)}`)
    expect((await errorOf(response)).detail.length).to.be.lessThan(200)
  })

  it('answers 405 with the allowed methods on every path', async () => {
    for (const path of [...GET_PATHS, '/docs/swagger-ui.css', '/redoc/redoc.standalone.js', '/infer']) {
      const allow = path === '/infer' ? 'POST' : 'GET, HEAD'
      for (const method of ['PUT', 'OPTIONS', 'DELETE', 'PATCH', path === '/infer' ? 'GET' : 'POST']) {
        const response = await fetch(app.url + path, { method })
        expect(response.status, `${method} ${path}`).to.equal(405)
        expect(response.headers.get('allow')).to.equal(allow)
        expect(await response.text()).to.match(/"code":"METHOD_NOT_ALLOWED"/i)
      }
    }
    expect((await fetch(`${app.url}/infer`, { method: 'HEAD' })).status).to.equal(405)
  })

  it('answers HEAD as GET without a body', async () => {
    for (const path of GET_PATHS) {
      const get = await fetch(app.url + path)
      const head = await fetch(app.url + path, { method: 'HEAD' })
      expect(head.status).to.equal(200)
      expect(await head.text()).to.equal('')
      expect(head.headers.get('content-type')).to.equal(get.headers.get('content-type'))
      // The metrics change from one request to the next.
      if (path === '/metrics') continue
      expect(head.headers.get('content-length')).to.equal(String((await get.arrayBuffer()).byteLength))
    }
  })

  it('takes a slash at the end of a path', async () => {
    expect((await fetch(`${app.url}/health/`)).status).to.equal(200)
  })

  it('answers any JSON value in JSON, and never with a 500', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const response = await post(app, JSON.stringify(value))
        expect(response.status).to.be.oneOf([200, 400, 413])
        expect(response.headers.get('content-type')).to.equal('application/json')
        await response.json()
      }),
      { numRuns: 200 },
    )
  })

  it('answers any fields of the right names in JSON, and never with a 500', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 20 })
    const list = fc.oneof(fc.array(text, { maxLength: 7 }), fc.jsonValue({ maxDepth: 1 }))
    const request = fc.record(
      {
        model: fc.oneof(text, fc.jsonValue()),
        models_to_score: list,
        prompts: list,
        batch_size: fc.jsonValue(),
      },
      { requiredKeys: ['model', 'models_to_score', 'prompts'] },
    )
    await fc.assert(
      fc.asyncProperty(request, async (body) => {
        const response = await post(app, body)
        expect(response.status).to.be.oneOf([200, 400, 413])
        await response.json()
      }),
      { numRuns: 200 },
    )
  })
})
