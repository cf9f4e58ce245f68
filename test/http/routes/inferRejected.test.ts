import { expect } from 'chai'

import { LLimitError } from '../../../src/errors.js'
import { INFER, post, useApp } from '../runningApp.js'

describe('POST /infer under load', () => {
  const overloaded = useApp({
    infer: () => Promise.reject(new LLimitError('OVERLOADED', 'busy', { retryAfterSeconds: 7 })),
  })

  it('says when to try again', async () => {
    const response = await post(overloaded, INFER)
    expect(response.status).to.equal(429)
    expect(response.headers.get('retry-after')).to.equal('7')
    expect(await response.json()).to.deep.equal({ detail: 'busy', code: 'OVERLOADED' })
  })

  const stuck = useApp(
    {
      infer: (_request, signal) =>
        new Promise((_resolve, reject) => {
          // What the service throws is the reason of the signal, as it is.
          signal?.addEventListener('abort', () => reject(signal.reason as Error))
        }),
    },
    { timeoutMs: 20 },
  )

  it('cancels a request that takes too long', async () => {
    const response = await post(stuck, INFER)
    expect(response.status).to.equal(504)
    expect(await response.json()).to.deep.equal({
      detail: 'Expected to answer within 0.02 s, but the request took longer',
      code: 'DEADLINE_EXCEEDED',
    })
  })
})
