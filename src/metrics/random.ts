/** Numbers in [0, 1), the same sequence for the same seed. */
export type Random = () => number

const STEP = 0x9e3779b9

/**
 * A counter whose bits are mixed: the finalizer of MurmurHash3 over multiples of the golden ratio, as in SplitMix32.
 * Good enough to draw samples with, and to nothing that must not be guessed.
 */
export function seededRandom(seed: number): Random {
  let state = mix(seed | 0)
  return () => {
    state = (state + STEP) | 0
    return mix(state) / 2 ** 32
  }
}

function mix(value: number): number {
  let bits = value
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
