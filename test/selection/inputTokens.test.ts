import { expect } from 'chai'

import { inputTokensOf } from '../../src/selection/inputTokens.js'
import { rejection } from '../rejection.js'

describe('inputTokensOf', () => {
  it('counts each text by itself, long ones in pieces', async () => {
    const words = 'word '.repeat(40_000)
    const [empty, one, many] = await inputTokensOf(['', 'word', words], undefined)
    expect([empty, one]).to.deep.equal([0, 1])
    expect(many).to.be.within(39_990, 40_010)
  })

  it('ends when nobody waits any more', async () => {
    const signal = AbortSignal.abort()
    const reason = await rejection(inputTokensOf(['x '.repeat(2 ** 22)], signal))
    expect(reason).to.equal(signal.reason)
  })
})
