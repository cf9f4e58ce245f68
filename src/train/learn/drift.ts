/** Familiarity below this is rare among prompts like those of the training: as many of them have it as it says. */
const RARE = 0.05

/** How far the prompts that were reported are from those of the training. */
export interface Drift {
  prompts: number
  /** Share of prompts that are less familiar than RARE; RARE is expected. */
  rare: number
  /** Distance of Kolmogorov and Smirnov between familiarities and the uniform distribution that is expected. */
  distance: number
  /** Of which distances are less in 95 of 100 logs without drift. */
  usual: number
}

/** @param familiarities [n] in [0, 1], at least one */
export function driftOf(familiarities: readonly number[]): Drift {
  const sorted = Float64Array.from(familiarities).sort()
  const n = sorted.length
  const distance = sorted.reduce((most, value, i) => Math.max(most, value - i / n, (i + 1) / n - value), 0)
  const rare = sorted.filter((value) => value < RARE).length / n
  // Asymptotically, for a distribution that is known.
  return { prompts: n, rare, distance, usual: 1.358 / Math.sqrt(n) }
}
