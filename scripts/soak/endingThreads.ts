import path from 'node:path'
import process from 'node:process'
import { BroadcastChannel, isMainThread } from 'node:worker_threads'

import { SIGNALS } from './threadSignals.js'

/**
 * Loaded before the server, in its main thread and in each of its workers (`node --import`): a worker ends by itself when the
 * process is told to by a signal. A thread cannot be ended from outside of its process, and the server has nothing that does it.
 */
const channel = new BroadcastChannel('threads that are to end')
channel.unref()

if (isMainThread) {
  for (const [thread, signal] of Object.entries(SIGNALS))
    process.on(signal, () => channel.postMessage(thread))
} else {
  // Between two calls: the process would not survive the end of a thread that is inside ONNX Runtime.
  channel.onmessage = (message) => {
    const { data: thread } = message as { data: string }
    const script = process.argv[1] ?? ''
    if (script.endsWith(path.join(path.sep, thread, 'worker.js'))) process.exit(1)
  }
}
