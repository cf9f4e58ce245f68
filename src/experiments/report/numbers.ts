/** `1,200` */
export function count(value: number): string {
  return value.toLocaleString('en')
}

export function rangeOf([low, high]: readonly [number, number]): string {
  return `${signed(low)} to ${signed(high)}`
}

export function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`
}
