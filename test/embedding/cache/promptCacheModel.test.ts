import { expect } from 'chai'
import fc from 'fast-check'

import { PromptCache } from '../../../src/embedding/cache/promptCache.js'

interface Request {
  keys: string[]
  fails: boolean
  aborts: boolean
}

const anyRequest = fc.record({
  keys: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 6 }),
  fails: fc.boolean(),
  aborts: fc.boolean(),
})

describe('PromptCache, in whatever order things happen', () => {
  it('answers everybody in order, computes nothing twice at once but for a smaller request, and confines errors', async () => {
    const anyRequests = fc.array(anyRequest, { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(anyRequests, fc.scheduler(), fc.nat(2000), async (requests, scheduler, maxBytes) => {
        const cache = new PromptCache<{ of: string }>({ maxBytes, bytesOf: () => 1 })
        /** Name -> the size of the request that started on it last. */
        const computing = new Map<string, number>()
        const ask = async ({ keys, fails, aborts }: Request): Promise<void> => {
          const failure = new Error('broken')
          const controller = new AbortController()
          const compute = async (missing: number[]) => {
            const names = missing.map((i) => keys[i] ?? '')
            const size = new Set(keys).size
            for (const name of names) {
              expect(computing.get(name) ?? Infinity, 'smaller than who computes it').to.be.greaterThan(size)
              computing.set(name, size)
            }
            await scheduler.schedule(Promise.resolve())
            for (const name of names) if (computing.get(name) === size) computing.delete(name)
            if (fails) throw failure
            return names.map((of) => ({ of }))
          }
          if (aborts) void scheduler.schedule(Promise.resolve()).then(() => controller.abort(failure))
          try {
            const values = await cache.getMany(keys, compute, controller.signal)
            expect(values.map(({ of }) => of)).to.deep.equal(keys)
          } catch (error) {
            if (error !== failure) throw error
            expect(fails || aborts).to.equal(true)
          }
        }
        const starts = requests.map((request) =>
          scheduler.schedule(Promise.resolve()).then(() => ask(request)),
        )
        await scheduler.waitFor(Promise.all(starts))
      }),
    )
  })
})
