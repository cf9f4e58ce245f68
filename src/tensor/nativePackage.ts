import { createRequire } from 'node:module'
import util from 'node:util'

/** Loads one of TensorFlow's native packages; it registers itself with tfjs-core as the backend `tensorflow`. */
export function requireNativePackage(name: '@tensorflow/tfjs-node' | '@tensorflow/tfjs-node-gpu'): unknown {
  restoreRemovedUtil()
  return createRequire(import.meta.url)(name)
}

/** tfjs-node 4.22 calls two functions of node:util that Node 23 removed. */
function restoreRemovedUtil(): void {
  const old = util as { isNullOrUndefined?: unknown; isArray?: unknown }
  old.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined
  old.isArray ??= Array.isArray
}
