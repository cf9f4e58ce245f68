import { once } from 'node:events'

import { expect } from 'chai'

import { INFER, errorOf, fakeService, post, useApp } from './runningApp.js'
import { connectRaw, inferHead } from './rawClient.js'

const JSON_TYPE = { 'content-type': 'application/json' }

describe('the time of a request', () => {
  let onCall: (signal: AbortSignal | undefined) => void = () => undefined
  // Never looks at its signal, as a thread that hangs.
  const hang = () => new Promise<never>(() => undefined)
  const app = useApp(
    {
      infer: (request, signal) => {
        onCall(signal)
        return request.llms.includes('hang') ? hang() : fakeService.infer(request)
      },
      rank: hang,
    },
    { timeoutMs: 300 },
  )

  it('ends in a 504 at the limit, whatever the work does with its signal (fault 3)', async () => {
    const response = await post(app, { ...INFER, models_to_score: ['hang'] })
    expect(response.status).to.equal(504)
    expect(await errorOf(response)).to.deep.equal({
      detail: 'Expected to answer within 0.3 s, but the request took longer',
      code: 'DEADLINE_EXCEEDED',
    })
    expect((await post(app, { prompt: 'x' }, JSON_TYPE, '/rank')).status).to.equal(504)
  })

  it('is what the client gives, when that is less', async () => {
    const given = new Promise<AbortSignal | undefined>((resolve) => (onCall = resolve))
    const hanging = { ...INFER, models_to_score: ['hang'] }
    const response = await post(app, hanging, { ...JSON_TYPE, 'X-Request-Timeout-Ms': '20' })
    expect((await errorOf(response)).detail).to.include('within 0.02 s')
    expect((await given)?.aborted).to.equal(true)
    const more = await post(app, hanging, { ...JSON_TYPE, 'X-Request-Timeout-Ms': '100000' })
    expect((await errorOf(more)).detail).to.include('within 0.3 s')
  })

  it('is a number of milliseconds', async () => {
    for (const value of ['0', '-5', '1.5', 'soon', '1e3', '99999999999999999999']) {
      const response = await post(app, INFER, { ...JSON_TYPE, 'X-Request-Timeout-Ms': value })
      const isLong = value.startsWith('999')
      expect(response.status, value).to.equal(isLong ? 200 : 400)
      if (isLong) continue
      const { code, detail } = await errorOf(response)
      expect(code).to.equal('INVALID_REQUEST')
      expect(detail).to.equal(
        `X-Request-Timeout-Ms: expected an integer of milliseconds, 1 or more, got ${value}`,
      )
    }
  })

  it('counts while the body arrives', async () => {
    const client = await connectRaw(app.port)
    client.socket.write(`${inferHead('Content-Length: 100', 'X-Request-Timeout-Ms: 50')}{"mod`)
    expect(await client.until(/DEADLINE_EXCEEDED/)).to.match(/^HTTP\/1\.1 504 /)
    client.socket.destroy()
    await once(client.socket, 'close')
  })
})
