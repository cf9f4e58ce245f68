import type { Placement } from '../../calibration/regions.js'
import type { EvidenceSpec } from '../../card.js'
import { at } from '../../numeric/at.js'

/** [R] of prompts, those whose nearest centroid is of the category of the region. */
export function countByRegion(places: readonly Placement[], evidence: EvidenceSpec): Float32Array {
  return sumByRegion(places, new Float32Array(places.length).fill(1), evidence)
}

/**
 * [R] sums over the same prompts.
 * @param values [n] of the prompts
 */
export function sumByRegion(
  places: readonly Placement[],
  values: ArrayLike<number>,
  { regions, categories }: EvidenceSpec,
): Float32Array {
  const categoryOf = (region: number) => (categories === undefined ? `${region}` : at(categories, region))
  const names = Array.from({ length: regions }, (_, region) => categoryOf(region))
  const sums = new Float32Array(regions)
  for (const [p, { region: own }] of places.entries()) {
    for (const [region, category] of names.entries()) {
      if (category === names[own]) sums[region] = at(sums, region) + at(values, p)
    }
  }
  return sums
}
