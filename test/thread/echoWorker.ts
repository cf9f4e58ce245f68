import { LLimitError } from '../../src/errors.js'
import { serveCalls } from '../../src/thread/serve.js'

/** The calls of the thread that thread.test.ts plays with. */
export interface EchoCalls {
  prepare: (value: number) => void
  prepared: () => number
  double: (values: Float32Array) => Float32Array
  reject: (message: string) => void
  fail: (message: string) => void
  hasSourceMaps: () => boolean
  crash: () => void
  hang: () => Promise<void>
  /** Keeps the thread itself busy, as native code does. */
  block: (milliseconds: number) => string
}

let prepared = 0

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
  crash() {
    process.exit(7)
  },
  hang: () => new Promise(() => undefined),
  block(milliseconds) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
    return 'done'
  },
})
