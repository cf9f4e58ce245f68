/** Where a value is drawn, and which values an axis names. */

export type Range = readonly [from: number, to: number]
export type Scale = (value: number) => number

export function linearScale([low, high]: Range, [from, to]: Range): Scale {
  return (value) => from + ((value - low) / (high - low)) * (to - from)
}

/** @param domain above 0 */
export function logScale([low, high]: Range, range: Range): Scale {
  const scale = linearScale([Math.log(low), Math.log(high)], range)
  return (value) => scale(Math.log(value))
}

/** Multiples of 1, 2 or 5 times a power of ten in the range, about as many as asked for. */
export function linearTicks([low, high]: Range, about: number): number[] {
  const rough = (high - low) / about
  const power = 10 ** Math.floor(Math.log10(rough))
  const step =
    [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.999) ?? 10 * power
  const first = Math.ceil(low / step - 1e-9)
  const last = Math.floor(high / step + 1e-9)
  return Array.from({ length: Math.max(last - first + 1, 1) }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  )
}

/** Powers of ten in the range, or these with their doubles and fives if there are fewer than three, at most so many. */
export function logTicks([low, high]: Range, most: number): number[] {
  const first = Math.floor(Math.log10(low))
  const exponents = Array.from({ length: Math.floor(Math.log10(high)) - first + 1 }, (_, i) => first + i)
  const ticks = (factors: readonly number[]) =>
    exponents
      .flatMap((exponent) => factors.map((factor) => Number(`${factor}e${exponent}`)))
      .filter((tick) => tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9))
  const powers = ticks([1])
  const all = powers.length >= 3 ? powers : ticks([1, 2, 5])
  const every = Math.max(1, Math.ceil(all.length / Math.max(1, most)))
  return all.filter((_, i) => i % every === 0)
}
