import { PassThrough } from 'node:stream'

import { expect } from 'chai'

import { readConfig } from '../src/config/config.js'
import { createLogger } from '../src/log.js'
import { openService } from '../src/wiring.js'

describe('openService', () => {
  it('logs no error where it is closed while the scorer is starting', async () => {
    const stream = new PassThrough()
    const service = await openService(readConfig({}), createLogger('error', { stream }))
    await service.close()
    // What the start is rejected with is handled after the thread has ended.
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(String(stream.read() ?? '')).to.equal('')
  })
})
