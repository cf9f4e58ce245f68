import { createHash } from 'node:crypto'

/** Numbers in [0, 1), the same sequence for the same seed. */
export type Random = () => number

/** Mulberry32, started from any text. */
export function createRandom(seed: string): Random {
  let state = createHash('sha256').update(seed).digest().readInt32LE()
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
