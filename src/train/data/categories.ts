import { at, valueAt } from '../../numeric/at.js'
import { tally } from '../../numeric/tally.js'

/** The category of a prompt that has none, or one that training does not know. */
export const NO_CATEGORY = -1

/** Name under which the categories with few prompts are joined. */
const SMALL_CATEGORIES = 'other'

/** What cuts the name of a category into parts, from the general to the special: `code:sql-understanding`. */
const SEPARATORS = [':', '/', '-']

export interface CategorySizes {
  /** Prompts below which a category is joined with its neighbors, along their names. */
  joinBelow: number
  /** Prompts below which it is joined with all other small ones. */
  smallest: number
}

/** The categories that a network learns to tell apart, and which of them each prompt belongs to. */
export interface Categories {
  /** Sorted; none if no training prompt has a category. */
  names: readonly string[]
  /**
   * Index into `names`, or NO_CATEGORY. A category that training does not know belongs to the longest of `names` that its own
   * begins with; else it counts as a small one, if there are such.
   */
  indexOf: (category: string) => number
}

/** @param training the category of each training prompt; '' for none */
export function categoriesOf(
  training: readonly string[],
  { joinBelow, smallest }: CategorySizes,
): Categories {
  const joined = joinAlongNames(tally(training.filter((name) => name !== '')), joinBelow)
  const large = [...joined].filter(([, size]) => size >= smallest).map(([name]) => name)
  const all = large.length < joined.size ? [...large, SMALL_CATEGORIES] : large
  const names = [...new Set(all)].sort()
  const indices = new Map(names.map((name, i) => [name, i]))
  const indexOf = (category: string) => {
    if (category === '') return NO_CATEGORY
    const known = [...lineOf(category, joinBelow), SMALL_CATEGORIES].find((name) => indices.has(name))
    return known === undefined ? NO_CATEGORY : valueAt(indices, known)
  }
  return { names, indexOf }
}

/** A category and those that it is a special case of, the nearest first; itself alone if nothing is joined. */
function lineOf(category: string, joinBelow: number): string[] {
  const line = [category]
  for (let name = category; joinBelow > 0 && cutOf(name) > 0;) {
    name = name.slice(0, cutOf(name))
    line.push(name)
  }
  return line
}

/** Where the last part of a name begins; 0 or less if it has one part only. */
function cutOf(name: string): number {
  return Math.max(...SEPARATORS.map((separator) => name.lastIndexOf(separator)))
}

/** The most special ones first: what is too small becomes part of what its name begins with, until that is large enough. */
function joinAlongNames(sizes: ReadonlyMap<string, number>, joinBelow: number): Map<string, number> {
  const joined = new Map(sizes)
  const partsOf = (name: string) => lineOf(name, joinBelow).length
  for (let parts = Math.max(0, ...[...sizes.keys()].map(partsOf)); parts > 1; parts--) {
    for (const [name, size] of [...joined]) {
      if (partsOf(name) !== parts || size >= joinBelow) continue
      const general = at(lineOf(name, joinBelow), 1)
      const before = joined.get(general)
      joined.delete(name)
      joined.set(general, before === undefined ? size : before + size)
    }
  }
  return joined
}
