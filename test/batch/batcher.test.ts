import { expect } from 'chai'

import { LLimitError } from '../../src/errors.js'
import { rejection } from '../rejection.js'
import { items, many, setUp } from './handBatcher.js'
import { resultOf } from './handEngine.js'

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  const error = await rejection(promise)
  return error instanceof LLimitError ? error.code : error
}

describe('Batcher', () => {
  it('answers in the order of the items, though shorter ones are computed first', async () => {
    const { engine, batcher } = setUp()
    const done = batcher.submit(items('a', 60, 30, 50))
    expect(engine.ids(0)).to.deep.equal(['a1', 'a2'])
    await engine.finishAll()
    expect(await done).to.deep.equal(['result of a0', 'result of a1', 'result of a2'])
  })

  it('answers nothing at once', async () => {
    const { engine, batcher } = setUp()
    expect(await batcher.submit([])).to.deep.equal([])
    expect(engine.started).to.have.length(0)
  })

  it('takes what comes at once while an engine is free, then collects', async () => {
    const { engine, batcher } = setUp({ concurrency: 2 })
    const done = ['a', 'b', 'c', 'd'].map((name) => batcher.submit(items(name, 10)))
    expect(engine.running.map((batch) => batch.items.length)).to.deep.equal([1, 1])
    await engine.finish()
    expect(engine.ids(2)).to.deep.equal(['c0', 'd0'])
    await engine.finishAll()
    expect(await Promise.all(done)).to.have.length(4)
  })

  it('tells the budget of a sole request: no other is there, nor came in the last second', async () => {
    const told: boolean[] = []
    const budget = (isSoleRequest: boolean) => {
      told.push(isSoleRequest)
      return 20
    }
    const { engine, clock, batcher } = setUp({ budget })
    const long = batcher.submit(many('a', 12, 10))
    await engine.finish()
    expect(told).to.deep.equal([true, true])
    const other = batcher.submit(items('b', 10))
    await engine.finish()
    await engine.finish()
    expect(told.slice(2)).to.deep.equal([false, false])
    clock.advance(1000)
    await engine.finish()
    expect(told.slice(4)).to.deep.equal([true])
    await engine.finishAll()
    await Promise.all([long, other])
  })

  it('asks for the budget before each batch', async () => {
    let budget = 10
    const { engine, batcher } = setUp({ budget: () => budget })
    void batcher.submit(many('a', 6, 10))
    budget = 30
    await engine.finishAll()
    expect(engine.started.map((batch) => batch.items.length)).to.deep.equal([1, 3, 2])
  })

  it('lets a single prompt wait for no more than the batch in progress', async () => {
    const { engine, batcher } = setUp({ maxQueued: Infinity })
    void batcher.submit(many('long', 1000, 10))
    await engine.finish()
    const short = batcher.submit(items('short', 10))
    await engine.finish()
    expect(engine.ids(2)).to.include('short0')
    await engine.finish()
    expect(await short).to.deep.equal(['result of short0'])
  })

  for (const { cost, short, atMost } of [
    // Five of them in every fourth batch, next to two that come in each: an eighth of what is computed.
    { cost: 10, short: 50, atMost: 81 },
    // Items that do not fit into half of a batch get every fourth one.
    { cost: 80, short: 50, atMost: 401 },
    { cost: 500, short: 50, atMost: 401 },
    // Where one short one comes in each batch, every second one.
    { cost: 10, short: 10, atMost: 26 },
  ]) {
    it(`does not starve 100 items of ${cost} tokens under an endless stream of ${short}`, async () => {
      const { engine, batcher } = setUp({ maxQueued: Infinity })
      const long = { done: false }
      void batcher.submit(items('short', short))
      void batcher.submit(many('long', 100, cost)).then(() => (long.done = true))
      while (!long.done && engine.started.length <= atMost) {
        void batcher.submit(items('short', short))
        void batcher.submit(items('short', short))
        await engine.finish()
      }
      expect(long.done).to.equal(true)
    })
  }

  it('keeps an error within its batch', async () => {
    const { engine, batcher } = setUp()
    const running = batcher.submit(items('a', 10))
    const both = batcher.submit(items('b', 90, 90))
    const after = batcher.submit(items('c', 10))
    const failure = new Error('broken')
    const failed = [rejection(running), rejection(both)]
    await engine.running[0]?.fail(failure)
    expect(engine.ids(1)).to.deep.equal(['c0'])
    await engine.finish()
    expect(await after).to.deep.equal(['result of c0'])
    await engine.running[0]?.fail(failure)
    expect(await Promise.all(failed)).to.deep.equal([failure, failure])
    expect(engine.running).to.be.empty
  })

  it('fault 17: brings an error of a batch to the caller that is its cause, and to no other', async () => {
    const { engine, batcher } = setUp()
    const running = batcher.submit(items('x', 10))
    const good = batcher.submit(items('a', 10, 10))
    const bad = rejection(batcher.submit(items('b', 10)))
    const other = batcher.submit(items('c', 10))
    await engine.finish()
    expect(await running).to.have.length(1)
    expect(engine.ids(1)).to.have.members(['a0', 'a1', 'b0', 'c0'])
    await engine.running[0]?.fail(new Error('index beyond the table'))
    const failure = new Error('of b alone')
    for (let batch = 0; batch < 3; batch++) {
      const { items: alone } = engine.running[0] ?? { items: [] }
      if (alone[0]?.id === 'b0') await engine.running[0]?.fail(failure)
      else await engine.finish()
    }
    expect(await good).to.deep.equal(['result of a0', 'result of a1'])
    expect(await other).to.deep.equal(['result of c0'])
    expect(await bad).to.equal(failure)
    expect(engine.running).to.be.empty
  })

  it('drops what is queued of a submission whose batch failed', async () => {
    const { engine, batcher } = setUp()
    const done = rejection(batcher.submit(many('a', 30, 10)))
    await engine.running[0]?.fail(new Error('broken'))
    expect(await done).to.have.property('message', 'broken')
    expect(engine.started).to.have.length(1)
  })

  it('rejects a batch that comes back with too few or too many results', async () => {
    const { engine, batcher } = setUp()
    for (const results of [[], ['one', 'two', 'three']]) {
      const code = codeOf(batcher.submit(items('a', 10, 10)))
      await engine.finish(results)
      expect(await code).to.equal('INTERNAL')
    }
  })

  it('drops the work of a client that has gone', async () => {
    const { engine, batcher } = setUp()
    const controller = new AbortController()
    const gone = rejection(batcher.submit(many('a', 30, 10), { signal: controller.signal }))
    const other = batcher.submit(items('b', 10))
    controller.abort(new Error('client left'))
    expect(await gone).to.have.property('message', 'client left')
    await engine.finish()
    expect(engine.ids(1)).to.deep.equal(['b0'])
    await engine.finish()
    expect(await other).to.deep.equal(['result of b0'])
  })

  it('does not begin for a client that is not there', async () => {
    const { engine, batcher } = setUp()
    const signal = AbortSignal.abort(new Error('client left'))
    expect(await rejection(batcher.submit(items('a', 1), { signal }))).to.equal(signal.reason)
    expect(engine.started).to.have.length(0)
  })

  it('delivers each result when it is there, also after its client has gone (fault 4)', async () => {
    const { engine, batcher } = setUp()
    const controller = new AbortController()
    const delivered: string[] = []
    const done = rejection(
      batcher.submit(items('a', 90, 80, 70), {
        signal: controller.signal,
        onResult: (index, result) => delivered.push(`${index}: ${result}`),
      }),
    )
    await engine.finish()
    expect(delivered).to.deep.equal(['2: result of a2'])
    controller.abort(new Error('too late'))
    expect(await done).to.have.property('message', 'too late')
    await engine.finish()
    expect(delivered).to.deep.equal(['2: result of a2', '1: result of a1'])
    expect(engine.started).to.have.length(2)
  })

  it('does not let the shortest go first always: the tail', async () => {
    const { engine, batcher } = setUp({ budget: () => 40 })
    void batcher.submit(items('first', 40))
    const waited = { batches: -1 }
    void batcher.submit(items('patient', 20)).then(() => (waited.batches = engine.started.length))
    // Two newcomers of half its length in each batch; by their length alone they would always be before it.
    for (let i = 0; i < 10 && waited.batches < 0; i++) {
      for (const one of [1, 2, 3, 4]) void batcher.submit(items(`short${i}.${one}.`, 10))
      await engine.finish()
    }
    expect(waited.batches).to.be.within(2, 4)
  })

  it('closes: what is queued is rejected, what runs is finished, nothing more is taken', async () => {
    const { engine, batcher } = setUp()
    const running = batcher.submit(items('a', 10))
    const queued = codeOf(batcher.submit(items('b', 10)))
    batcher.close()
    expect(await queued).to.equal('ENGINE_UNAVAILABLE')
    expect(await codeOf(batcher.submit(items('c', 10)))).to.equal('ENGINE_UNAVAILABLE')
    await engine.finishAll()
    expect(await running).to.deep.equal(items('a', 10).map(resultOf))
    expect(engine.started).to.have.length(1)
  })
})
