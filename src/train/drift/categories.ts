import { shareOf } from '../../metrics/wilson.js'
import type { Estimate } from '../../metrics/bootstrap.js'
import { at, valueAt } from '../../numeric/at.js'
import { createRandom } from '../../numeric/random.js'
import { stabilityIndex } from './familiarity.js'

/** Of the test whether the two parts differ: p-values are steps of one over this. */
const PERMUTATIONS = 999

/** A category of the training data, or a region of it. */
interface CategoryChange {
  category: string
  /** Shares of the prompts. */
  before: number
  recent: number
  /** Of recent - before, 95 %. */
  change: Estimate
}

export interface CategoryDrift {
  /** Prompts. */
  before: number
  recent: number
  /** Population stability index of the recent prompts and those before. */
  stability: number
  /** Of that index, if the prompts came in any order: by permutations. */
  pValue: number
  /** What has grown most first. */
  categories: CategoryChange[]
}

/**
 * @param categories [n] of prompts in the order in which they came
 * @param recent the last ones, fewer than n
 */
export function categoryDrift(categories: readonly string[], recent: number): CategoryDrift {
  const names = [...new Set(categories)]
  const number = new Map(names.map((name, k) => [name, k]))
  const coded = Int32Array.from(categories, (category) => valueAt(number, category))
  const n = categories.length
  const countsOf = (part: Int32Array) => {
    const counts = new Array<number>(names.length).fill(0)
    for (const category of part) counts[category] = at(counts, category) + 1
    return counts
  }
  const all = countsOf(coded)
  const stabilityOf = (own: readonly number[]) =>
    stabilityIndex(
      own,
      all.map((count, k) => count - at(own, k)),
    )
  const late = countsOf(coded.subarray(n - recent))
  const stability = stabilityOf(late)
  const random = createRandom(1)
  let greater = 0
  for (let permutation = 0; permutation < PERMUTATIONS; permutation++) {
    if (stabilityOf(countsOf(drawn(coded, recent, random))) >= stability) greater++
  }
  const changes = names.map((category, k) =>
    changeOf(category, at(late, k), recent, at(all, k) - at(late, k), n - recent),
  )
  return {
    before: n - recent,
    recent,
    stability,
    pValue: (greater + 1) / (PERMUTATIONS + 1),
    categories: changes.sort((a, b) => b.change.value - a.change.value),
  }
}

/** As many at random, which are the first ones afterwards. */
function drawn(coded: Int32Array, count: number, random: () => number): Int32Array {
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(random() * (coded.length - i))
    const other = at(coded, j)
    coded[j] = at(coded, i)
    coded[i] = other
  }
  return coded.subarray(0, count)
}

/** The interval of the difference of two shares is that of Newcombe (1998), method 10. */
function changeOf(
  category: string,
  late: number,
  recent: number,
  early: number,
  before: number,
): CategoryChange {
  const [p, q] = [shareOf(late, recent), shareOf(early, before)]
  const value = p.value - q.value
  const low = value - Math.hypot(p.value - p.low, q.high - q.value)
  const high = value + Math.hypot(p.high - p.value, q.value - q.low)
  return { category, before: q.value, recent: p.value, change: { value, low, high } }
}
