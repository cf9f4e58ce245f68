import { expect } from 'chai'

import { InFlight } from '../../../src/http/admission/inFlight.js'
import type { LLimitError } from '../../../src/errors.js'
import { HandClock } from '../../batch/handClock.js'

const KIB = 1024

function setUp(limits = { requests: 3, bytesInFlight: 500 * KIB }) {
  const clock = new HandClock()
  const inFlight = new InFlight(limits, clock.now)
  const rejected: string[] = []
  const admit = (name: string) =>
    inFlight.admit((error: LLimitError) => rejected.push(`${name} ${error.code}`))
  return { clock, inFlight, rejected, admit }
}

describe('InFlight', () => {
  it('admits as many as it may, and says when one more may come', () => {
    const { clock, inFlight, admit } = setUp()
    const first = admit('a')
    admit('b')
    clock.advance(2500)
    first.end()
    admit('c')
    admit('d')
    clock.advance(100)
    expect(() => admit('e'))
      .to.throw(
        'Expected at most 3 requests in flight, got 3; LLIMIT_MAX_REQUESTS sets the limit; try again in',
      )
      .with.property('retryAfterSeconds', 1)
    expect(inFlight.requests).to.equal(3)
  })

  it('measures its speed by the requests of the last minute', () => {
    const { clock, admit } = setUp({ requests: 1, bytesInFlight: 1 })
    for (let i = 0; i < 10; i++) {
      const one = admit('a')
      clock.advance(4000)
      one.end()
    }
    admit('b')
    clock.advance(4000)
    expect(() => admit('c'))
      .to.throw()
      .with.property('retryAfterSeconds', 4)
    clock.advance(120_000)
    expect(() => admit('c'))
      .to.throw()
      .with.property('retryAfterSeconds', 1)
  })

  it('counts a request until it ends, once', () => {
    const { inFlight, admit } = setUp()
    const one = admit('a')
    one.end()
    one.end()
    expect(inFlight.requests).to.equal(0)
  })

  it('rejects the largest body that is not complete (fault 7)', () => {
    const { rejected, admit } = setUp()
    const [slow, whole, small] = [admit('slow'), admit('whole'), admit('small')]
    slow.receive(200 * KIB)
    whole.receive(250 * KIB)
    whole.complete()
    small.receive(10 * KIB)
    small.receive(45 * KIB)
    expect(rejected).to.deep.equal(['slow OVERLOADED'])
    // What comes of it later counts for nothing.
    slow.receive(400 * KIB)
    expect(rejected).to.have.length(1)
  })

  it('lets small bodies in whatever others hold', () => {
    const { rejected, admit } = setUp()
    const whole = admit('whole')
    whole.receive(500 * KIB)
    whole.complete()
    admit('small').receive(KIB)
    expect(rejected).to.deep.equal([])
    admit('large').receive(65 * KIB)
    expect(rejected).to.deep.equal(['large OVERLOADED'])
  })
})
