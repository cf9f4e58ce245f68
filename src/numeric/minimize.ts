import { at } from './at.js'
import { addScaled, dot } from './vector.js'

/** Writes the gradient at `x` into `gradient` and returns the value. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number

interface StoppingRule {
  maxIterations: number
  /** Ends if no component of the gradient is greater. */
  tolerance: number
}

/** Steps that are remembered as an approximation of the curvature. */
const MEMORY = 8
const MAX_STEP_HALVINGS = 20
/** Share of the decrease that the slope promises which a step must reach (Armijo). */
const SUFFICIENT = 1e-4

interface Point {
  x: Float64Array
  gradient: Float64Array
  value: number
}

interface Step {
  s: Float64Array
  y: Float64Array
  /** 1 / (s . y) */
  rho: number
}

/**
 * Minimum of a smooth convex function by L-BFGS with a backtracking line search (Nocedal and Wright, Numerical
 * Optimization, algorithms 7.4 and 3.1).
 * @param start is not changed
 */
export function minimize(objective: Objective, start: Float64Array, rule: StoppingRule): Float64Array {
  let here = pointAt(objective, start.slice())
  const steps: Step[] = []
  for (let iteration = 0; iteration < rule.maxIterations; iteration++) {
    if (here.gradient.every((g) => Math.abs(g) <= rule.tolerance)) break
    const next = searchLine(objective, here, descent(here.gradient, steps), steps.length === 0)
    if (!(next.value < here.value)) break
    remember(steps, minus(next.x, here.x), minus(next.gradient, here.gradient))
    here = next
  }
  return here.x
}

function pointAt(objective: Objective, x: Float64Array): Point {
  const gradient = new Float64Array(x.length)
  const value = objective(x, gradient)
  return { x, gradient, value }
}

/** Halves the step until the value falls as the slope promises; returns the last point if it never does. */
function searchLine(objective: Objective, from: Point, direction: Float64Array, isFirst: boolean): Point {
  const slope = dot(direction, from.gradient)
  // The first direction has no scale of its own.
  let length = isFirst ? 1 / Math.max(1, Math.sqrt(-slope)) : 1
  let next = from
  for (let halvings = 0; halvings < MAX_STEP_HALVINGS; halvings++, length /= 2) {
    const x = from.x.slice()
    addScaled(x, length, direction)
    next = pointAt(objective, x)
    if (next.value <= from.value + SUFFICIENT * length * slope) break
  }
  return next
}

/** - H g, with H from the remembered steps: the two-loop recursion. */
function descent(gradient: Float64Array, steps: readonly Step[]): Float64Array {
  const q = gradient.slice()
  const alphas = steps.toReversed().map(({ s, y, rho }) => {
    const alpha = rho * dot(s, q)
    addScaled(q, -alpha, y)
    return alpha
  })
  const last = steps.at(-1)
  const scale = last === undefined ? 1 : 1 / (last.rho * dot(last.y, last.y))
  const r = q.map((value) => value * scale)
  steps.forEach(({ s, y, rho }, k) => addScaled(r, at(alphas, steps.length - 1 - k) - rho * dot(y, r), s))
  return r.map((value) => -value)
}

function remember(steps: Step[], s: Float64Array, y: Float64Array): void {
  const curvature = dot(s, y)
  // Rounding can remove the curvature; such a step would turn the direction uphill.
  if (curvature <= 1e-12 * dot(y, y)) return
  steps.push({ s, y, rho: 1 / curvature })
  if (steps.length > MEMORY) steps.shift()
}

function minus(a: Float64Array, b: Float64Array): Float64Array {
  const difference = a.slice()
  addScaled(difference, -1, b)
  return difference
}
