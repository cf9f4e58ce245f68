/** Number format of the encoder's weights and products. Sums, norms and the vectors that come out stay float32. */
export const PRECISIONS = ['fp32', 'bf16', 'int8'] as const
export type Precision = (typeof PRECISIONS)[number]

interface EngineFacts {
  precisions: readonly Precision[]
  /** Engines of one rank are measured against each other; a higher rank is tried only if nothing of a lower one works. */
  rank: number
  /** Packages of which it needs one, if they need not be installed. */
  optionalPackages?: readonly string[]
}

/** What computes sentence vectors, and what is known of it before it is opened (`encoder/openEngine.ts`). */
const FACTS = {
  /** Its native library, on a GPU if there is one. */
  tensorflow: {
    precisions: ['fp32', 'bf16'],
    rank: 0,
    optionalPackages: ['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'],
  },
  onnxruntime: { precisions: ['fp32', 'int8'], rank: 0 },
  /** TensorFlow.js in WebAssembly, which runs anywhere. */
  wasm: { precisions: ['fp32'], rank: 1 },
  /** TensorFlow.js in plain JavaScript, the last resort. */
  cpu: { precisions: ['fp32'], rank: 2 },
} as const satisfies Record<string, EngineFacts>

export type EngineName = keyof typeof FACTS
export const ENGINES = Object.keys(FACTS) as EngineName[]

export function engineFacts(engine: EngineName): EngineFacts {
  return FACTS[engine]
}
