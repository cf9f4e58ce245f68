import { LLimitError } from '../errors.js'
import type { Precision } from '../engines.js'
import { at } from '../numeric/at.js'
import type { BertConfig } from './directory.js'
import type { Engine } from './engine.js'
import { pack } from './packing.js'
import type { PackedTokens } from './packing.js'
import type { ReferenceVector } from './reference.js'

/** What an engine was measured at on this machine before it is used. */
export interface EngineCheck {
  /** Largest difference of an element to the reference vectors; 0 if there are none. */
  maxError: number
  /** Smallest cosine to the reference vectors; 1 if there are none. */
  minCosine: number
  /** Milliseconds for one prompt of 16 tokens. */
  shortMs: number
  /** Milliseconds for one prompt of 111 tokens, the mean of real ones. */
  singleMs: number
  /** Milliseconds for 32 prompts of 32 tokens. */
  batchMs: number
  /** An engine too slow to be timed on anything longer than 16 tokens: the other times follow from that one. */
  extrapolated: boolean
  /** Of that batch. */
  tokensPerSecond: number
}

/** How the reason begins for which an engine is not used that gives other vectors. */
export const SELF_TEST_FAILED = 'fails the self-test'

/** The batches of the burn-in. */
const BATCH = { prompts: 32, tokens: 32 }
const SHORT = { prompts: 1, tokens: 16 }
const SINGLE = { prompts: 1, tokens: 111 }
const ROUNDS = 2

/** An engine that takes longer for 16 tokens is not timed on 1,024, which could take a minute; more are extrapolated. */
const SLOW_MS = 100

/** What an encoder reads at most. */
type BurnInBounds = Pick<BertConfig, 'vocab_size' | 'max_position_embeddings'>

interface BurnIn {
  prompts: number
  tokens: number
}

/**
 * What each precision may differ from the reference. fp32: another order of summation gives up to 4e-7. bf16 rounds
 * every product to 8 bits, int8 the weights to 8 bits in blocks; below these
 * cosines something is broken, not rounded (a prompt of two tokens has 0.998 in int8, real prompts 0.9994 and more).
 */
const TOLERANCE: Readonly<Record<Precision, { maxError: number; minCosine: number }>> = {
  fp32: { maxError: 5e-6, minCosine: 0.999999 },
  bf16: { maxError: 0.02, minCosine: 0.9995 },
  int8: { maxError: 0.05, minCosine: 0.997 },
}

/**
 * Holds an engine to the reference vectors, then times it: the rounds before the fastest are its burn-in.
 * @throws LLimitError ENGINE_UNAVAILABLE if it computes something else.
 */
export async function checkEngine(
  engine: Engine,
  precision: Precision,
  reference: readonly ReferenceVector[],
  bounds: BurnInBounds,
): Promise<EngineCheck> {
  const { maxError, minCosine } = await compare(engine, reference)
  const allowed = TOLERANCE[precision]
  // A comparison with NaN is false, so it counts as a failure.
  if (!(maxError <= allowed.maxError && minCosine >= allowed.minCosine)) {
    throw new LLimitError(
      'ENGINE_UNAVAILABLE',
      `${SELF_TEST_FAILED}: expected differences up to ${allowed.maxError} and cosines from ${allowed.minCosine}, ` +
        `got ${maxError.toExponential(1)} and ${minCosine.toFixed(6)}`,
    )
  }
  const shortMs = await time(engine, SHORT, bounds)
  const extrapolated = shortMs > SLOW_MS
  const timeOf = async (size: BurnIn) =>
    extrapolated ? (shortMs * tokensOf(size)) / tokensOf(SHORT) : await time(engine, size, bounds)
  const singleMs = await timeOf(SINGLE)
  const batchMs = await timeOf(BATCH)
  const tokensPerSecond = Math.round((tokensOf(BATCH) * 1000) / batchMs)
  return { maxError, minCosine, shortMs, singleMs, batchMs, tokensPerSecond, extrapolated }
}

/**
 * What a call takes besides its tokens, in tokens of a large batch: 20 to 30 for ONNX Runtime on two cores, where it is 2 ms.
 * 0 if it was not measured.
 */
export function tokensOfCall({
  shortMs,
  tokensPerSecond,
}: Pick<EngineCheck, 'shortMs' | 'tokensPerSecond'>): number {
  return Math.max(0, (shortMs * tokensPerSecond) / 1000 - tokensOf(SHORT))
}

async function compare(engine: Engine, reference: readonly ReferenceVector[]) {
  if (reference.length === 0) return { maxError: 0, minCosine: 1 }
  const found = await engine.encode(pack(reference.map(({ ids }) => Int32Array.from(ids))))
  const H = found.length / reference.length
  const rows = reference.map(({ vector }, p) => differences(vector, found.subarray(p * H, (p + 1) * H)))
  return {
    maxError: Math.max(...rows.map((row) => row.maxError)),
    minCosine: Math.min(...rows.map((row) => row.cosine)),
  }
}

function differences(expected: Float32Array, found: Float32Array) {
  let maxError = 0
  let product = 0
  expected.forEach((value, i) => {
    const other = at(found, i)
    maxError = Math.max(maxError, Math.abs(value - other))
    product += value * other
  })
  return { maxError, cosine: product / (Math.hypot(...expected) * Math.hypot(...found)) }
}

async function time(engine: Engine, size: BurnIn, bounds: BurnInBounds): Promise<number> {
  const tokens = burnInTokens(size, bounds)
  let fastest = Infinity
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now()
    await engine.encode(tokens)
    fastest = Math.min(fastest, performance.now() - start)
  }
  return fastest
}

/** Token ids that the vocabulary has; which ones does not change the work. A small encoder reads no long prompts. */
function burnInTokens({ prompts, tokens }: BurnIn, bounds: BurnInBounds): PackedTokens {
  const length = Math.min(tokens, bounds.max_position_embeddings)
  const one = () => Int32Array.from({ length }, (_, i) => i % bounds.vocab_size)
  return pack(Array.from({ length: prompts }, one))
}

function tokensOf({ prompts, tokens }: BurnIn): number {
  return prompts * tokens
}
