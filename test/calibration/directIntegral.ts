/** What the tests hold quadratures to: plain adaptive integration, and bisection over it. */

const logistic = (z: number) => 1 / (1 + Math.exp(-z))

const FARTHEST = 14

/** The average of a function of a standard normal variable, to 1e-10. */
export function averageOver(of: (t: number) => number): number {
  const integrand = (t: number) => (of(t) * Math.exp(-(t ** 2) / 2)) / Math.sqrt(2 * Math.PI)
  let sum = 0
  // Pieces, so that a narrow peak between the first points is not overlooked.
  for (let left = -FARTHEST; left < FARTHEST; left += 0.25)
    sum += adaptiveSimpson(integrand, left, left + 0.25)
  return sum
}

/** Adaptive Simpson's rule, with Richardson's correction. */
function adaptiveSimpson(f: (t: number) => number, a: number, b: number): number {
  const simpson = (fa: number, fm: number, fb: number, width: number) => (width / 6) * (fa + 4 * fm + fb)
  const refine = (
    [from, to]: [number, number],
    [fa, fm, fb]: [number, number, number],
    whole: number,
    tolerance: number,
    depth: number,
  ): number => {
    const middle = (from + to) / 2
    const [fl, fr] = [f((from + middle) / 2), f((middle + to) / 2)]
    const [left, right] = [simpson(fa, fl, fm, middle - from), simpson(fm, fr, fb, to - middle)]
    const error = left + right - whole
    if (depth === 0 || Math.abs(error) <= 15 * tolerance) return left + right + error / 15
    return (
      refine([from, middle], [fa, fl, fm], left, tolerance / 2, depth - 1) +
      refine([middle, to], [fm, fr, fb], right, tolerance / 2, depth - 1)
    )
  }
  const [fa, fm, fb] = [f(a), f((a + b) / 2), f(b)]
  return refine([a, b], [fa, fm, fb], simpson(fa, fm, fb, b - a), 1e-12, 30)
}

/** The success of an LLM at each difficulty whose average is a probability, by bisection over the direct integral. */
export function successAt(probability: number, deviation: number): (t: number) => number {
  let [low, high] = [-60, 60]
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (averageOver((t) => logistic(middle - deviation * t)) < probability) low = middle
    else high = middle
  }
  return (t) => logistic(low - deviation * t)
}
