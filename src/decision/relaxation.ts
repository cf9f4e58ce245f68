import { at } from '../numeric/at.js'
import { mapYielding } from '../thread/mapYielding.js'
import type { Candidate, Priced } from './candidate.js'

/** From one LLM of a prompt to the next more expensive one on its convex hull. */
interface Step<C extends Candidate> {
  prompt: number
  to: Priced<C>
  cost: number
  /** Successes for each dollar; falls along a hull. */
  efficiency: number
}

/** What the linear relaxation says: prompts could be shared between LLMs. */
interface Relaxation<C extends Candidate> {
  /** [P] a choice within the budget, near the best one. */
  chosen: Priced<C>[]
  /** λ: successes for each dollar of the first step that the budget has no room for; 0 if it has room for all. */
  perDollar: number
}

/**
 * Takes the steps along the convex hulls of the prompts by falling efficiency, as long as the budget lasts (Sinha and Zoltners
 * 1979, The multiple-choice knapsack problem). It yields.
 * @param fronts [P] Pareto front of each prompt, by rising cost
 * @returns undefined if even the cheapest LLMs cost more
 */
export async function relax<C extends Candidate>(
  fronts: readonly (readonly Priced<C>[])[],
  budget: number,
  signal?: AbortSignal,
): Promise<Relaxation<C> | undefined> {
  const chosen = fronts.map((front) => at(front, 0))
  let spent = chosen.reduce((sum, { cost }) => sum + cost, 0)
  if (spent > budget) return undefined
  const steps = (await mapYielding(fronts, stepsOf, signal)).flat()
  steps.sort((a, b) => b.efficiency - a.efficiency)
  const stopped = new Set<number>()
  let perDollar = 0
  for (const { prompt, to, cost, efficiency } of steps) {
    if (stopped.has(prompt)) continue
    if (spent + cost <= budget) {
      spent += cost
      chosen[prompt] = to
    } else {
      if (stopped.size === 0) perDollar = efficiency
      stopped.add(prompt)
    }
  }
  return { chosen, perDollar }
}

function stepsOf<C extends Candidate>(front: readonly Priced<C>[], prompt: number): Step<C>[] {
  const hull = convexHull(front)
  return hull.slice(1).map((to, i) => {
    const from = at(hull, i)
    return { prompt, to, cost: to.cost - from.cost, efficiency: efficiency(from, to) }
  })
}

/** The corners of the hull from above: each step is less efficient than the one before. */
function convexHull<C extends Candidate>(front: readonly Priced<C>[]): Priced<C>[] {
  const hull: Priced<C>[] = []
  for (const next of front) {
    // Of several that are equal the first.
    if (hull.at(-1)?.cost === next.cost) continue
    while (hull.length > 1) {
      const [before, last] = [at(hull, hull.length - 2), at(hull, hull.length - 1)]
      if (efficiency(before, last) > efficiency(last, next)) break
      hull.pop()
    }
    hull.push(next)
  }
  return hull
}

function efficiency(from: Candidate & { cost: number }, to: Candidate & { cost: number }): number {
  return (to.probability - from.probability) / (to.cost - from.cost)
}
