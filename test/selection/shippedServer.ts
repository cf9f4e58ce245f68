import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { readConfig } from '../../src/config/config.js'
import { createApp } from '../../src/http/app.js'
import { closeServer, startServer } from '../../src/http/server.js'
import { createLogger } from '../../src/log.js'
import { openService } from '../../src/wiring.js'
import type { Service } from '../../src/wiring.js'
import { DECISIONS } from '../http/runningApp.js'

interface ShippedServer {
  get: (path: string) => Promise<Response>
  post: (path: string, body: object) => Promise<Response>
}

/** A server with the shipped saved models on a free port, for the tests of a suite. */
export function useShippedServer(settings: Record<string, string> = {}): ShippedServer {
  let service: Service
  let server: Server
  let url: string

  before(async () => {
    const log = createLogger('error', { silent: true })
    const config = readConfig({}, settings)
    service = await openService(config, log)
    const { defaultModel, limits } = config
    const deps = { service: service.selection, limits, defaultModel, decisions: DECISIONS }
    const app = createApp({ ...deps, version: '1.0.0', log })
    server = await startServer(app, '127.0.0.1', 0)
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(async () => {
    await closeServer(server, 1000)
    await service.close()
  })

  return {
    get: (path) => fetch(`${url}${path}`),
    post: (path, body) =>
      fetch(`${url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
  }
}
