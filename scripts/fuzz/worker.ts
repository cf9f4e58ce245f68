import { mkdtemp } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'

import * as tf from '@tensorflow/tfjs-core'
import { z } from 'zod'

import { peakMemory } from './peakMemory.js'
import { runCase } from './runCase.js'
import type { CaseResult } from './runCase.js'
import { openTargets } from './targets.js'

/** Runs cases in a process of its own, which may hang or die: `driver.ts` sends it these settings, then reads one report a case. */
const settingsSchema = z.object({
  folder: z.string(),
  fixtures: z.string(),
  only: z.string(),
  seed: z.int(),
  from: z.int(),
  to: z.int(),
})

/** What the driver is told: `ready`, then one for each case. */
export type Report =
  | { type: 'ready' }
  /** Peak of the memory of the process so far, in bytes. */
  | { type: 'case'; peakBytes: number; result: CaseResult }

export type WorkerSettings = z.infer<typeof settingsSchema>

process.once('message', (message) => {
  work(settingsSchema.parse(message)).then(
    () => process.disconnect(),
    (error: unknown) => {
      process.stderr.write(
        `the fuzzer itself failed: ${error instanceof Error ? String(error.stack) : 'no error'}`,
      )
      process.exit(1)
    },
  )
})

async function work({ folder, fixtures, only, seed, from, to }: WorkerSettings): Promise<void> {
  const root = await mkdtemp(path.join(folder, 'seeds-'))
  const targets = (await openTargets(root, fixtures)).filter(({ name }) => name.startsWith(only))
  let stray: string | undefined
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    // Those of WebAssembly's runtime would end the process.
    process.removeAllListeners(event)
    process.on(event, (error: unknown) => {
      stray = `outside of the call: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
    })
  }
  await report({ type: 'ready' })
  for (let number = from; number < to; number++) {
    const before = tf.memory().numTensors
    const result = await runCase(targets, { seed, number, folder: path.join(folder, 'case') })
    const left = tf.memory().numTensors - before
    // Errors that nobody waits for come a turn later.
    await new Promise((resolve) => setImmediate(resolve))
    const failure =
      result.failure ?? stray ?? (left === 0 ? undefined : `${left} tensors were left in memory`)
    stray = undefined
    const outcome = failure === undefined ? result.outcome : 'failed'
    const full = { ...result, outcome, ...(failure !== undefined && { failure }) }
    await report({ type: 'case', peakBytes: peakMemory(), result: full })
  }
}

function report(message: Report): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, (error: Error | null) => (error === null ? resolve() : reject(error)))
  })
}
