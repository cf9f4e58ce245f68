import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import { expect } from 'chai'

import { LLimitError } from '../../src/errors.js'
import { Thread } from '../../src/thread/thread.js'
import { rejection } from '../rejection.js'
import type { EchoCalls } from './echoWorker.js'

/** Lets the calls before reach the worker. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 50))

describe('Thread', () => {
  let setUps = 0
  let lost: string[] = []
  let thread: Thread<EchoCalls>

  beforeEach(() => {
    setUps = 0
    lost = []
    thread = new Thread<EchoCalls>({
      title: 'The echo',
      script: new URL('./echoWorker.js', import.meta.url),
      setUp: async (call) => {
        setUps++
        await call('prepare', 40 + setUps)
      },
      onLost: (reason) => lost.push(reason),
    })
  })
  afterEach(() => thread.close())

  it('sets up once and answers calls that cross each other', async () => {
    const answers = await Promise.all([1, 2, 3].map((value) => thread.call('double', Float32Array.of(value))))
    expect(answers.map((answer) => answer[0])).to.deep.equal([2, 4, 6])
    expect(await thread.call('prepared', undefined)).to.equal(41)
    expect(setUps).to.equal(1)
  })

  it('brings our own errors across with their code, all others as INTERNAL', async () => {
    const rejected = await rejection(thread.call('reject', 'no such weights'))
    expect(rejected)
      .to.be.instanceOf(LLimitError)
      .and.include({ code: 'MODEL_BROKEN', message: 'no such weights' })
    const failed = await rejection(thread.call('fail', 'x is not a function'))
    expect(failed).to.be.instanceOf(LLimitError).and.include({ code: 'INTERNAL' })
  })

  it('has the source maps that its program turned on', async () => {
    const program = `process.setSourceMapsEnabled(true)
      const { Thread } = await import('${new URL('../../src/thread/thread.js', import.meta.url).href}')
      const script = new URL('${new URL('./echoWorker.js', import.meta.url).href}')
      const thread = new Thread({ title: 'The echo', script, setUp: async () => undefined })
      console.log(await thread.call('hasSourceMaps'))
      await thread.close()`
    const flags = ['--input-type=module', '--eval', program]
    expect((await promisify(execFile)(process.execPath, flags)).stdout).to.equal('true\n')
  })

  it('rejects what a crashed worker held and sets a new one up for the next call', async () => {
    await thread.start()
    const held = rejection(thread.call('hang', undefined))
    const crashed = rejection(thread.call('crash', undefined))
    for (const error of await Promise.all([held, crashed])) {
      expect(error).to.be.instanceOf(LLimitError).and.include({ code: 'ENGINE_UNAVAILABLE' })
    }
    expect(await thread.call('prepared', undefined)).to.equal(42)
  })

  it('finishes what it holds before it closes, and takes nothing more', async () => {
    await thread.start()
    const held = [thread.call('block', 100), thread.call('block', 100)]
    await settle()
    const closed = thread.close()
    expect(await rejection(thread.call('prepared', undefined))).to.include({ code: 'ENGINE_UNAVAILABLE' })
    await closed
    expect(await Promise.all(held)).to.deep.equal(['done', 'done'])
  })

  it('tells when a worker ends, and not when it is closed', async () => {
    await rejection(thread.call('crash', undefined))
    expect(lost).to.deep.equal(['it ended'])
    await thread.start()
    await thread.close()
    expect(lost).to.have.length(1)
  })

  it('rejects calls after close, and those that never end', async () => {
    await thread.start()
    const held = rejection(thread.call('hang', undefined))
    await settle()
    await thread.close()
    expect(await held).to.include({ code: 'ENGINE_UNAVAILABLE' })
    expect(await rejection(thread.call('prepared', undefined))).to.include({ code: 'ENGINE_UNAVAILABLE' })
  })

  it('tries again at the next call when the set-up fails', async () => {
    let fails = true
    const fragile = new Thread<EchoCalls>({
      title: 'The echo',
      script: new URL('./echoWorker.js', import.meta.url),
      setUp: async (call) => {
        if (fails) await call('reject', 'not yet')
      },
    })
    expect(await rejection(fragile.start())).to.include({ message: 'not yet' })
    fails = false
    expect(await fragile.call('prepared', undefined)).to.equal(0)
    await fragile.close()
  })
})
