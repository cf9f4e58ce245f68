import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Collects garbage in this thread now. ONNX Runtime copies the weights it is given; the 90 MB of bytes they came in are
 * then garbage that V8, which sees a small heap and little work, may keep for as long as the process lives.
 */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as () => void
  setFlagsFromString('--no-expose-gc')
  gc()
}
