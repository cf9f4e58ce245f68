import { expect } from 'chai'

import { duration, Progress } from '../../../src/cli/commandLine/progress.js'
import { Kept } from './streams.js'

describe('Progress', () => {
  let seconds = 0
  const now = () => seconds * 1000
  beforeEach(() => (seconds = 0))

  it('writes a line every ten seconds if there is no terminal, with rate and time left', () => {
    const stream = new Kept()
    const progress = new Progress('embeddings', { stream, quiet: false, now })
    // Half of it was there before, and says nothing about the rate.
    for (const done of [1000, 1100, 1200, 1300, 1400, 1500]) {
      progress.at(done, 2000)
      seconds += 4
    }
    progress.stop()
    expect(stream.lines).to.deep.equal([
      'embeddings: 1,300 of 2,000, 25.0/s, 28 s left',
      'embeddings: 1,500 of 2,000, 20.8/s, 24 s left',
    ])
  })

  it('tells no rate and no time left before something is done', () => {
    const stream = new Kept()
    const progress = new Progress('embeddings', { stream, quiet: false, now })
    seconds = 11
    progress.at(0, 13_336)
    progress.stop()
    expect(stream.lines[0]).to.equal('embeddings: 0 of 13,336')
  })

  it('ends with the time that it took', () => {
    const stream = new Kept()
    const progress = new Progress('prompts', { stream, quiet: false, now })
    progress.at(0, 8)
    seconds = 80
    progress.at(8, 8)
    progress.stop()
    expect(stream.lines.at(-1)).to.equal('prompts: 8 of 8, 0.100/s, 1 min 20 s in all')
  })

  it('writes nothing about what ends soon, and nothing at all if it is to be quiet', () => {
    for (const quiet of [false, true]) {
      const stream = new Kept()
      const progress = new Progress('prompts', { stream, quiet, now })
      progress.at(0, 8)
      seconds += quiet ? 100 : 9
      progress.at(8, 8)
      progress.stop()
      expect(stream.text).to.equal('')
    }
  })

  it('draws a bar on a terminal', () => {
    const stream = new Kept(true)
    const progress = new Progress('prompts', { stream, quiet: false, now })
    progress.at(0, 8)
    seconds = 2
    progress.at(4, 8)
    progress.stop()
    expect(stream.text).to.match(/prompts .*50 %, 4 of 8, 2\.00\/s, 2 s left/)
    expect(stream.text).to.not.match(/NaN|INF|undefined/i)
  })
})

describe('duration', () => {
  it('is in the two largest units', () => {
    expect([0.2, 59.5, 61, 3600, 7384].map(duration)).to.deep.equal([
      '1 s',
      '1 min 0 s',
      '1 min 1 s',
      '1 h 0 min',
      '2 h 3 min',
    ])
  })
})
