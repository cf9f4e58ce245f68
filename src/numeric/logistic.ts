/** In [0, 1], in float64: 1 / (1 + exp(-z)). */
export function logistic(z: number): number {
  return 1 / (1 + Math.exp(-z))
}

/** log(1 + exp(z)) in float64, without overflow. */
export function softplus(z: number): number {
  return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)))
}
