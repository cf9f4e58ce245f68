import { setTimeout as sleep } from 'node:timers/promises'

import { expect } from 'chai'

import { INFER, fakeService, useApp } from '../runningApp.js'
import { connectRaw, inferHead } from '../rawClient.js'

const WRITE_TIMEOUT_MS = 100

const body = JSON.stringify(INFER)
const SLOW = `${inferHead(`Content-Length: ${body.length}`)}${body}`
const HEALTH = 'GET /health HTTP/1.1\r\nHost: x\r\n\r\n'

describe('requests that a client sends at once on one connection', () => {
  const app = useApp(
    {
      infer: async (request, ...others) => {
        await sleep(4 * WRITE_TIMEOUT_MS)
        return fakeService.infer(request, ...others)
      },
    },
    { timeoutMs: 20_000, writeTimeoutMs: WRITE_TIMEOUT_MS },
  )

  for (const [name, requests, answers] of [
    ['the slow one first', SLOW + HEALTH, /"scores".*"healthy"/s],
    ['the slow one last', HEALTH + SLOW, /"healthy".*"scores"/s],
    ['the slow one between', HEALTH + SLOW + HEALTH, /"healthy".*"scores".*"healthy"/s],
  ] as const) {
    it(`are all answered, however long one is computed (fault 7): ${name}`, async () => {
      const client = await connectRaw(app.port)
      client.socket.write(requests)
      expect(await client.until(answers)).to.match(answers)
      client.socket.destroy()
    })
  }
})
