/** How much each workload does. */
export interface Sizes {
  /** Single prompts, one after another. */
  singles: number
  /** Single prompts of 8,000 tokens. */
  longs: number
  /** Requests of 32 prompts. */
  batches: number
  /** Prompts of the large request. */
  large: number
  /** How long many clients send. */
  seconds: number
  /** Unseen prompts for them: more than the fastest system answers in that time. */
  pool: number
  /** Prompts that are asked for again and again. */
  cached: number
  /** Single prompts that a server answers before anything is measured. */
  burnIn: number
  /** Prompts and passes of the encoder alone. */
  encoderPrompts: number
  encoderPasses: number
}

export const FULL: Sizes = {
  singles: 200,
  longs: 40,
  batches: 10,
  large: 1024,
  seconds: 10,
  pool: 60_000,
  cached: 64,
  burnIn: 50,
  encoderPrompts: 200,
  encoderPasses: 5,
}

/** A trial of the benchmark itself. */
export const QUICK: Sizes = {
  singles: 12,
  longs: 2,
  batches: 2,
  large: 40,
  seconds: 2,
  pool: 400,
  cached: 16,
  burnIn: 4,
  encoderPrompts: 16,
  encoderPasses: 1,
}
