import { LLimitError } from '../errors.js'
import { serveCalls } from '../thread/serve.js'
import { checkEngine } from './check.js'
import type { EngineCheck } from './check.js'
import type { EncoderSpec } from './directory.js'
import type { EngineName, Precision } from '../engines.js'
import type { Engine } from './engine.js'
import { OPEN_ENGINE } from './openEngine.js'
import type { PackedTokens } from './packing.js'
import { readReference, referenceBounds } from './reference.js'

/** What one thread is to compute with. */
export interface EngineChoice {
  engine: EngineName
  precision: Precision
}

export interface OpenedEngine extends EngineCheck, EngineChoice {
  description: string
  /** Tensors of the weights that a sentence vector does not need, if there are any. */
  leftOut?: readonly string[]
}

/** The calls of an encoder thread: `open` once, then `encode` any number of times. */
export interface EncoderCalls {
  /** Opens, tests and times the engine. */
  open: (argument: { spec: EncoderSpec; choice: EngineChoice }) => Promise<OpenedEngine>
  /** -> [B, H] */
  encode: (tokens: PackedTokens) => Promise<Float32Array>
}

let opened: Engine | undefined

serveCalls<EncoderCalls>({
  async open({ spec, choice }) {
    const engine = await OPEN_ENGINE[choice.engine](spec, choice.precision)
    const reference = await readReference(spec.directory, referenceBounds(spec.bert))
    const check = await checkEngine(engine, choice.precision, reference, spec.bert)
    opened = engine
    const { description, leftOut } = engine
    return { ...choice, ...check, description, ...(leftOut.length > 0 && { leftOut }) }
  },
  encode(tokens) {
    if (opened === undefined) throw new LLimitError('INTERNAL', 'expected an open encoder, got none')
    return opened.encode(tokens)
  },
})
