/** Writes the gradient at `x` into `gradient` and returns the value. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number

interface Options {
  maxIterations: number
  /** Ends where no component of the gradient is greater. */
  tolerance: number
}

/** Steps that are remembered as an approximation of the curvature. */
const MEMORY = 8
const LARGEST_STEP_SEARCH = 20
/** Share of the decrease that the slope promises which a step must reach (Armijo). */
const SUFFICIENT = 1e-4

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
export function minimise(objective: Objective, start: Float64Array, options: Options): Float64Array {
  let x = start.slice()
  let gradient = new Float64Array(x.length)
  let value = objective(x, gradient)
  const steps: Step[] = []
  for (let iteration = 0; iteration < options.maxIterations; iteration++) {
    if (gradient.every((g) => Math.abs(g) <= options.tolerance)) break
    const direction = descent(gradient, steps)
    const slope = dot(direction, gradient)
    // The first direction has no scale of its own.
    let length = steps.length === 0 ? 1 / Math.max(1, Math.sqrt(-slope)) : 1
    let nextX = x
    let nextGradient = new Float64Array(x.length)
    let nextValue = Infinity
    for (let tries = 0; tries < LARGEST_STEP_SEARCH; tries++, length /= 2) {
      nextX = x.map((old, i) => old + length * (direction[i] ?? 0))
      nextGradient = new Float64Array(x.length)
      nextValue = objective(nextX, nextGradient)
      if (nextValue <= value + SUFFICIENT * length * slope) break
    }
    if (!(nextValue < value)) break
    remember(steps, minus(nextX, x), minus(nextGradient, gradient))
    x = nextX
    gradient = nextGradient
    value = nextValue
  }
  return x
}

/** - H g, with H from the remembered steps: the two-loop recursion. */
function descent(gradient: Float64Array, steps: readonly Step[]): Float64Array {
  const q = gradient.slice()
  const alphas = steps.toReversed().map(({ s, y, rho }) => {
    const alpha = rho * dot(s, q)
    add(q, -alpha, y)
    return alpha
  })
  const last = steps.at(-1)
  const scale = last === undefined ? 1 : 1 / (last.rho * dot(last.y, last.y))
  const r = q.map((value) => value * scale)
  steps.forEach(({ s, y, rho }, k) => add(r, (alphas[steps.length - 1 - k] ?? 0) - rho * dot(y, r), s))
  return r.map((value) => -value)
}

function remember(steps: Step[], s: Float64Array, y: Float64Array): void {
  const curvature = dot(s, y)
  // Rounding can take the curvature away; such a step would turn the direction uphill.
  if (curvature <= 1e-12 * dot(y, y)) return
  steps.push({ s, y, rho: 1 / curvature })
  if (steps.length > MEMORY) steps.shift()
}

function minus(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - (b[i] ?? 0))
}

function add(target: Float64Array, factor: number, values: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] ?? 0) + factor * (values[i] ?? 0)
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0)
  return sum
}
