import { startBackend } from '../tensor/backend.js'
import type { StartedBackend } from '../tensor/backend.js'
import { serveCalls } from '../thread/serve.js'
import { LLimitError } from '../errors.js'
import type { EncoderSpec } from './directory.js'
import type { PackedTokens } from './packing.js'
import type { Engine } from './engine.js'
import { openTfjs } from './tfjs/tfjsEngine.js'

/** The calls of an encoder thread: `open` once, then `encode` as often as wanted. */
export interface EncoderCalls {
  open: (spec: EncoderSpec) => Promise<StartedBackend>
  /** -> [B, H] */
  encode: (tokens: PackedTokens) => Promise<Float32Array>
}

let encoder: Engine | undefined

serveCalls<EncoderCalls>({
  async open(spec) {
    const backend = await startBackend()
    encoder = await openTfjs(spec)
    return backend
  },
  encode(tokens) {
    if (encoder === undefined) throw new LLimitError('INTERNAL', 'the encoder is not open')
    return encoder.encode(tokens)
  },
})
