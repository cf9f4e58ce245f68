import { expect } from 'chai'

import { resultIn } from '../../../scripts/document/schemathesis.js'

describe('resultIn', () => {
  it('reads how many requests there were, and how many failures', () => {
    const report = (line: string) => `Failures:\n  Server error: 5\n\nTest cases:\n  ${line}\n\nSeed: 1\n`
    const counts = (line: string) => {
      const { requests, failures } = resultIn(report(line))
      return [requests, failures]
    }
    expect(counts('2554 generated, 2554 passed')).to.deep.equal([2554, 0])
    expect(counts('1087 generated, 9 found 9 unique failures')).to.deep.equal([1087, 9])
    expect(counts('10011 generated, 13 found 12 unique failures, 1 errored')).to.deep.equal([10011, 13])
    expect(counts('20 generated, 3 errored')).to.deep.equal([20, 3])
  })

  it('takes a report without such a line for no requests at all', () => {
    expect(resultIn('Schema Error').requests).to.equal(0)
  })
})
