import { expect } from 'chai'

import { problemOfThread } from '../../src/thread/threadProblem.js'

describe('problemOfThread', () => {
  const running = { start: () => Promise.resolve(), silenceMs: () => 0 }

  it('has nothing to say of a thread that answers', async () => {
    expect(await problemOfThread('The scorer', running)).to.equal(undefined)
    expect(await problemOfThread('The scorer', { ...running, silenceMs: () => undefined })).to.equal(
      undefined,
    )
    expect(await problemOfThread('The scorer', { ...running, silenceMs: () => 4000 })).to.equal(undefined)
  })

  it('says that a thread is silent, starts, or cannot be started', async () => {
    const silent = { ...running, silenceMs: () => 7400 }
    expect(await problemOfThread('The scorer', silent)).to.equal('The scorer has not answered for 7 s')
    const starting = { ...running, start: () => new Promise<void>(() => undefined) }
    expect(await problemOfThread('The encoder', starting)).to.equal('The encoder is starting')
    const failing = { ...running, start: () => Promise.reject(new Error('no memory')) }
    expect(await problemOfThread('The encoder', failing)).to.equal('no memory')
  })
})
