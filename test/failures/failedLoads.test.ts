import { expect } from 'chai'

import { LLimitError } from '../../src/errors.js'
import { FailedLoads } from '../../src/failures/failedLoads.js'
import { rejection } from '../rejection.js'

describe('FailedLoads', () => {
  let now = 0
  let stamp = 'a'
  let tries = 0
  let failed: FailedLoads
  let failure: LLimitError | undefined

  beforeEach(() => {
    now = 0
    stamp = 'a'
    tries = 0
    failure = new LLimitError('MODEL_BROKEN', 'cut off')
    failed = new FailedLoads(['MODEL_BROKEN'], () => now)
  })
  const attempt = (key = 'one') =>
    failed.attempt({
      key,
      stamp: () => Promise.resolve(stamp),
      load: () => {
        tries++
        return failure === undefined ? Promise.resolve(tries) : Promise.reject(failure)
      },
    })

  it('fault 1: tries what has failed after pauses that grow', async () => {
    const pauses: number[] = []
    let last = 0
    for (now = 0; now < 20_000; now += 500) {
      const before = tries
      expect(await rejection(attempt())).to.equal(failure)
      if (tries === before) continue
      pauses.push(now - last)
      last = now
    }
    expect(pauses).to.deep.equal([0, 1000, 2000, 4000, 8000])
  })

  it('tries at once what has changed, and forgets what has worked', async () => {
    await rejection(attempt())
    expect(await failed.reasonOf('one', () => Promise.resolve('a'))).to.equal('cut off')
    expect(await failed.reasonOf('one', () => Promise.resolve('b'))).to.equal(undefined)
    stamp = 'b'
    failure = undefined
    expect(await attempt()).to.equal(2)
    expect(await failed.reasonOf('one', () => Promise.resolve('b'))).to.equal(undefined)
    expect(await attempt()).to.equal(3)
  })

  it('does not remember a failure during which the files were moved away and back', async () => {
    const moved = failed.attempt({
      key: 'one',
      stamp: () => Promise.resolve(stamp),
      load: () => {
        stamp = 'moved away'
        return Promise.reject(new LLimitError('MODEL_BROKEN', 'cannot be read'))
      },
    })
    expect(await rejection(moved)).to.have.property('message', 'cannot be read')
    stamp = 'a'
    failure = undefined
    expect(await attempt()).to.equal(1)
  })

  it('never reaches anything else, and remembers nothing that passes', async () => {
    await rejection(attempt('one'))
    failure = new LLimitError('ENGINE_UNAVAILABLE', 'try again')
    expect(await rejection(attempt('two'))).to.equal(failure)
    failure = undefined
    expect(await attempt('two')).to.equal(3)
  })
})
