/* eslint-disable @typescript-eslint/non-nullable-type-assertion-style --
   The loops over the points of a quadrature: at() makes them several times slower. Every index is below a length by
   construction. */
import { logitOf } from './probability.js'
import type { Points } from './quadrature.js'

/** Of the logits in the table; between them a cubic with the right slopes is off by less than 1e-9. */
const STEP = 1 / 32

/** From here on, only the exponential tail of the logistic function counts: the two logits differ by a constant. */
const MAX_LOGIT = 24

const MAX_STEPS = 30
const PRECISION = 1e-13

/**
 * From the probability that is to be kept on average over prompts of all difficulties to the logit at average difficulty. It is
 * larger in size, since an average over logistic functions is flatter than each. Tabulated, since an entry takes a
 * quadrature: the table takes 5 ms, a look-up 30 ns.
 */
export class LogitTable {
  /** [n] logits at average difficulty, for logits of the probability from 0 on. */
  readonly #values: Float64Array
  /** [n] their derivatives. */
  readonly #slopes: Float64Array

  /** @param points of the difficulty's distribution, far enough out for the tail that its deviation brings */
  constructor(points: Points) {
    const n = MAX_LOGIT / STEP + 1
    this.#values = new Float64Array(n)
    this.#slopes = new Float64Array(n)
    let logit = 0
    for (let k = 0; k < n; k++) {
      const { value, slope } = solve(k * STEP, logit, points)
      this.#values[k] = value
      this.#slopes[k] = slope
      logit = value + STEP * slope
    }
  }

  /** @param probability in [0, 1]; one of 0 or 1 was rounded, as in `logitOf`. */
  of(probability: number): number {
    const logit = logitOf(probability)
    return Math.sign(logit) * this.#at(Math.abs(logit))
  }

  /** Cubic Hermite interpolation. */
  #at(size: number): number {
    const last = this.#values.length - 1
    if (size >= MAX_LOGIT) return (this.#values[last] as number) + size - MAX_LOGIT
    const k = Math.floor(size / STEP)
    const x = size / STEP - k
    const [from, to] = [this.#values[k] as number, this.#values[k + 1] as number]
    const [rise, end] = [STEP * (this.#slopes[k] as number), STEP * (this.#slopes[k + 1] as number)]
    return from + x * (rise + x * (3 * (to - from) - 2 * rise - end + x * (2 * (from - to) + rise + end)))
  }
}

/**
 * Newton's method on the logit of the average probability, which is nearly a straight line in the logit at average difficulty.
 * @param target logit of the average probability, >= 0
 * @param start near the solution
 */
function solve(target: number, start: number, points: Points): { value: number; slope: number } {
  let value = start
  for (let step = 0; ; step++) {
    const { logit, slope } = averageOver(points, value)
    if (Math.abs(target - logit) < PRECISION || step >= MAX_STEPS) return { value, slope: 1 / slope }
    value += (target - logit) / slope
  }
}

/** The logit of the average probability, computed from that of failure, which may be the smaller by far, and its derivative. */
function averageOver({ odds, weights }: Points, value: number): { logit: number; slope: number } {
  const scale = Math.exp(-value)
  let [failure, spread] = [0, 0]
  for (let k = 0; k < odds.length; k++) {
    const against = scale * (odds[k] as number)
    const own = ((weights[k] as number) * against) / (1 + against)
    failure += own
    spread += own / (1 + against)
  }
  return { logit: Math.log1p(-failure) - Math.log(failure), slope: spread / (failure * (1 - failure)) }
}
