import os from 'node:os'

import { expect } from 'chai'

import { Thread } from '../../src/thread/thread.js'
import type { EchoCalls } from './echoWorker.js'

async function nicenessWith(nice: number | undefined): Promise<number[]> {
  const thread = new Thread<EchoCalls>({
    title: 'The echo',
    script: new URL('./echoWorker.js', import.meta.url),
    setUp: () => Promise.resolve(),
    nice,
  })
  try {
    return await thread.call('niceness', undefined)
  } finally {
    await thread.close()
  }
}

describe('the priority of a thread', () => {
  const own = os.getPriority(0)
  // Elsewhere it is that of the process, which stays as it is.
  const lower = (nice: number) => (process.platform === 'linux' ? Math.min(19, own + nice) : own)

  for (const nice of [0, 3, 19]) {
    it(`is lower by ${nice}, also that of the threads that it starts, and that of nobody else`, async () => {
      expect(await nicenessWith(nice)).to.deep.equal([lower(nice), lower(nice)])
      expect(os.getPriority(0)).to.equal(own)
    })
  }

  it('is that of the process by default', async () => {
    expect(await nicenessWith(undefined)).to.deep.equal([own, own])
  })
})
