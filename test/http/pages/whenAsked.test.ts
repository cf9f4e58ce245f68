import { expect } from 'chai'
import express from 'express'
import type { RequestHandler } from 'express'

import { handleErrors } from '../../../src/http/errors.js'
import { whenAsked } from '../../../src/http/pages/whenAsked.js'
import { createLogger } from '../../../src/log.js'

describe('a page that is loaded when it is asked for', () => {
  const page: RequestHandler = (_req, res) => {
    res.send('the page')
  }

  async function statuses(load: () => Promise<RequestHandler>, requests: number): Promise<number[]> {
    const app = express()
    app.use('/page', whenAsked(load))
    app.use(handleErrors(createLogger('error', { silent: true })))
    const server = app.listen(0)
    const address = server.address()
    if (typeof address !== 'object' || address === null) throw new Error('Expected a port')
    const found: number[] = []
    for (let request = 0; request < requests; request += 1) {
      found.push((await fetch(`http://127.0.0.1:${address.port}/page`)).status)
    }
    server.close()
    return found
  }

  it('is loaded once, by the first request', async () => {
    let loaded = 0
    const load = () => {
      loaded += 1
      return Promise.resolve(page)
    }
    expect(await statuses(load, 0)).to.deep.equal([])
    expect(loaded).to.equal(0)
    expect(await statuses(load, 3)).to.deep.equal([200, 200, 200])
    expect(loaded).to.equal(1)
  })

  it('is loaded again after a failure', async () => {
    let loaded = 0
    const load = () => {
      loaded += 1
      return loaded === 1 ? Promise.reject(new Error('too many open files')) : Promise.resolve(page)
    }
    expect(await statuses(load, 3)).to.deep.equal([500, 200, 200])
  })
})
