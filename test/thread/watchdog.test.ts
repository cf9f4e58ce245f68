import { expect } from 'chai'

import { Thread } from '../../src/thread/thread.js'
import { rejection } from '../rejection.js'
import type { EchoCalls } from './echoWorker.js'

/** Far below what a thread needs to start, so that a worker that starts slowly is not taken for a stuck one. */
const STUCK_AFTER_MS = 400

describe('a thread under its watchdog', () => {
  let lost: string[] = []
  let thread: Thread<EchoCalls>
  const open = (isInterruptible: boolean, stuckAfterMs = STUCK_AFTER_MS) =>
    new Thread<EchoCalls>({
      title: 'The echo',
      script: new URL('./echoWorker.js', import.meta.url),
      setUp: async (call) => {
        await call('prepare', 1)
      },
      onLost: (reason) => lost.push(reason),
      isInterruptible,
      stuckAfterMs,
      culpritCode: 'MODEL_BROKEN',
      maxHeapMb: 16,
    })

  beforeEach(() => (lost = []))
  afterEach(() => thread.close())

  for (const [what, method, reason, stuckAfterMs] of [
    ['is stuck', 'spin', /was stuck for 0\.4 s/],
    ['is stuck after it has let others work', 'spinLater', /was stuck for 0\.4 s/],
    ['traps', 'trap', /failed \(cannot be computed\)/],
    // To use up a heap takes a while.
    ['runs out of memory', 'gobble', /ran out of memory/, 60_000],
  ] as const) {
    it(`fault 3: replaces a worker that ${what}, blames the call that did it and makes the others again`, async () => {
      thread = open(true, stuckAfterMs)
      await thread.start()
      const culprit = rejection(thread.call(method, undefined))
      const other = thread.call('double', Float32Array.of(4))
      const error = await culprit
      expect(error).to.include({ code: 'MODEL_BROKEN' })
      expect(String(error))
        .to.match(reason)
        .and.match(/^LLimitError: The echo .* and was replaced$/)
      expect((await other)[0]).to.equal(8)
      expect(await thread.call('prepared', undefined)).to.equal(1)
      expect(lost).to.have.length(1)
      expect(lost[0]).to.match(reason)
    })
  }

  it('fault 3: ends no worker inside a library that would take the process along', async () => {
    thread = open(false)
    await thread.start()
    expect(await rejection(thread.call('block', 1000))).to.include({ code: 'ENGINE_UNAVAILABLE' })
    expect(lost).to.deep.equal(['was stuck for 0.4 s'])
    await new Promise((resolve) => setTimeout(resolve, 1000))
    expect(await thread.call('prepared', undefined)).to.equal(1)
  })

  it('leaves a worker alone that waits for something else', async () => {
    thread = open(true)
    await thread.start()
    const waiting = rejection(thread.call('hang', undefined))
    await new Promise((resolve) => setTimeout(resolve, 3 * STUCK_AFTER_MS))
    expect(lost).to.deep.equal([])
    await thread.close()
    expect(await waiting).to.include({ code: 'ENGINE_UNAVAILABLE' })
  })

  it('starts another worker if the first traps while it is set up', async () => {
    let tries = 0
    thread = new Thread<EchoCalls>({
      title: 'The echo',
      script: new URL('./echoWorker.js', import.meta.url),
      setUp: async (call) => {
        if (++tries < 3) await call('trap', undefined)
        await call('prepare', tries)
      },
      isInterruptible: true,
    })
    expect(await thread.call('prepared', undefined)).to.equal(3)
  })
})
