import { once } from 'node:events'
import os from 'node:os'
import { Worker } from 'node:worker_threads'

import { LLimitError } from '../../src/errors.js'
import { currentCall, serveCalls } from '../../src/thread/serve.js'

/** The calls of the thread that thread.test.ts plays with. */
export interface EchoCalls {
  prepare: (value: number) => void
  prepared: () => number
  double: (values: Float32Array) => Float32Array
  reject: (message: string) => void
  fail: (message: string) => void
  hasSourceMaps: () => boolean
  /** How nice the thread is, and one that it starts. */
  niceness: () => Promise<number[]>
  crash: () => void
  hang: () => Promise<void>
  /** Keeps the thread itself busy, as native code does. */
  block: (milliseconds: number) => string
  /** Computes without end. */
  spin: () => void
  /** The same after it has let others work. */
  spinLater: () => Promise<void>
  trap: () => void
  /** Uses up the heap. */
  gobble: () => void
}

let prepared = 0

/** A module whose start function is the instruction `unreachable`. */
const TRAP = new WebAssembly.Module(
  Uint8Array.of(
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[1, 4, 1, 0x60, 0, 0],
    ...[3, 2, 1, 0],
    ...[8, 1, 0],
    ...[10, 5, 1, 3, 0, 0, 11],
  ),
)

serveCalls<EchoCalls>({
  prepare(value) {
    prepared = value
  },
  prepared: () => prepared,
  double: (values) => values.map((value) => 2 * value),
  reject(message) {
    throw new LLimitError('MODEL_BROKEN', message)
  },
  fail(message) {
    throw new TypeError(message)
  },
  hasSourceMaps: () => process.sourceMapsEnabled,
  async niceness() {
    const script = `import { parentPort } from 'node:worker_threads'
      parentPort.postMessage((await import('node:os')).getPriority(0))`
    const started = new Worker(new URL(`data:text/javascript,${encodeURIComponent(script)}`))
    return [os.getPriority(0), Number(await once(started, 'message'))]
  },
  crash() {
    process.exit(7)
  },
  hang: () => new Promise(() => undefined),
  block(milliseconds) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
    return 'done'
  },
  spin,
  async spinLater() {
    const resume = currentCall()
    await new Promise((resolve) => setImmediate(resolve))
    resume()
    spin()
  },
  trap() {
    try {
      new WebAssembly.Instance(TRAP, {})
    } catch (cause) {
      throw new LLimitError('MODEL_BROKEN', 'cannot be computed', { cause })
    }
  },
  gobble() {
    const objects: object[] = []
    for (;;) objects.push({ at: objects.length })
  },
})

function spin(): void {
  for (let never = 0; never < 1; never *= 1);
}
