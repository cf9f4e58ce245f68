import { expect } from 'chai'

import { soakPage } from '../../../scripts/soak/page.js'
import { pageOf } from '../../../src/report/page.js'

const samples = Array.from({ length: 40 }, (_, i) => ({
  at: i * 30,
  resident: 2e8,
  heap: 1e8,
  external: 1e7,
  tensors: 40,
}))
const SOAK = {
  traffic: {
    kinds: [
      {
        kind: 'one <prompt>',
        requests: 1234,
        byStatus: { 200: 1230, 429: 4 },
        p50: 2,
        p99: 30,
        refusedP99: 1,
      },
      { kind: 'left', requests: 3, byStatus: {}, p50: null, p99: null, refusedP99: null },
    ],
    faults: [{ kind: 'one <prompt>', what: 'status 500' }],
    faultCount: 1,
    lost: [{ kind: 'one <prompt>', from: 0, to: 10 }],
    seconds: 1170,
  },
  capacity: 100,
  singles: 50,
  swaps: { swaps: 3, failures: [] },
  samples,
  killed: [{ thread: 'scorer', at: 5 } as const],
  threadRestarts: 1,
}

describe('soakPage', () => {
  it('has the problems, the requests by kind and the memory over time, and all of it as JSON', () => {
    const page = pageOf(soakPage(SOAK, 'seed 1'))
    for (const text of [
      'Problems',
      'one &lt;prompt&gt;: status 500',
      '1,234',
      '1230 × 200, 4 × 429',
      '1 threads killed, 1 have ended; 1 requests got 503',
      'Tensors: 40 in the third quarter',
    ])
      expect(page).to.include(text)
    expect(page.match(/<polyline /g)).to.have.length(3)
    expect(page).not.to.match(/NaN|Infinity|undefined/)
    const [, json = ''] = /id="data">(.*?)<\/script>/s.exec(page) ?? []
    expect(JSON.parse(json)).to.deep.include({ capacity: 100, problems: ['one <prompt>: status 500'] })
  })

  it('says first that nothing was wrong', () => {
    const traffic = { ...SOAK.traffic, faults: [], faultCount: 0 }
    const [first] = soakPage({ ...SOAK, traffic }, 'seed 1').sections
    expect(first?.title).to.equal('No problem was seen')
  })
})
