import { setTimeout as sleep } from 'node:timers/promises'

import { expect } from 'chai'

import { useApp } from './runningApp.js'

describe('logRequests', () => {
  const app = useApp()

  it('writes method, path, status and milliseconds', async () => {
    await fetch(`${app.url}/nope?a=1`)
    while (app.lines.length === 0) await sleep(5)
    expect(app.lines).to.have.length(1)
    expect(app.lines[0]).to.include({ level: 'debug', method: 'GET', path: '/nope?a=1', status: 404 })
    expect(app.lines[0]?.['ms']).to.be.a('number')
  })
})
