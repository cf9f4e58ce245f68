import { at } from './at.js'

/** Numbers in [0, 1), the same sequence for the same seed. */
export type Random = () => number

/** Mulberry32, started so that seeds next to each other have nothing in common. */
export function createRandom(seed: number): Random {
  return mulberry32(Math.imul(seed, 0x9e3779b1))
}

/**
 * Mulberry32: fast, 32 bits of state, good enough for shuffling, dropout and first weights.
 * @param start of the state, an integer of 32 bits
 */
export function mulberry32(start: number): Random {
  let state = start | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** A number of the standard normal distribution, by Box and Muller. */
export function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** 0 … n - 1 in an order drawn at random, by Fisher and Yates. */
export function permutation(n: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i)
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const other = at(order, j)
    order[j] = at(order, i)
    order[i] = other
  }
  return order
}
