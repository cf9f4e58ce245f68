import { expect } from 'chai'
import fc from 'fast-check'

import { WaitingPlaces } from '../../src/batch/waitingPlaces.js'

describe('WaitingPlaces', () => {
  it('gives one encoder half of the places', () => {
    const places = new WaitingPlaces(512)
    const share = places.share(() => 400)
    expect(share()).to.equal(256)
  })

  it('gives another one half of what is left, and never none', () => {
    const places = new WaitingPlaces(512)
    const waiting = { a: 256, b: 0 }
    const ofA = places.share(() => waiting.a)
    const ofB = places.share(() => waiting.b)
    expect(ofB()).to.equal(128)
    waiting.b = 128
    expect(ofA()).to.equal(192)
    waiting.b = 600
    expect(ofA()).to.equal(1)
  })

  it('leaves as many places as each of the encoders that are saturated has, in the long run', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 64, max: 1024 }), (encoders, limit) => {
        const places = new WaitingPlaces(limit)
        const waiting = new Array<number>(encoders).fill(0)
        const shares = waiting.map((_, e) => places.share(() => waiting[e] ?? 0))
        // Requests come for all of them; where too many wait, some are answered.
        for (let round = 0; round < 200; round++) shares.forEach((share, e) => (waiting[e] = share()))
        const left = limit - waiting.reduce((sum, count) => sum + count, 0)
        expect(left).to.be.at.least(Math.floor(limit / (encoders + 1)) - encoders)
      }),
    )
  })
})
