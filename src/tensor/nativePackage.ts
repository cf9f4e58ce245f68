import { createRequire } from 'node:module'
import util from 'node:util'

/** Loads one of TensorFlow's native packages; it registers itself with tfjs-core as the backend `tensorflow`. */
export function requireNativePackage(name: '@tensorflow/tfjs-node' | '@tensorflow/tfjs-node-gpu'): unknown {
  restoreRemovedUtil()
  return createRequire(import.meta.url)(name)
}

/** tfjs-node 4.22 calls two functions of node:util that Node 22 warns of and Node 23 removed. */
function restoreRemovedUtil(): void {
  Object.assign(util, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  })
}
