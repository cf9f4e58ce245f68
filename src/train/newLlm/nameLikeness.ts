/** Lengths of the pieces of a name that are compared. */
const PIECES = [2, 3, 4]

/** `7b`, `1.5b` and `8x22b`, in billions of weights. */
const SIZE = /(?<![a-z\d.])(?:(\d+)x)?(\d+(?:\.\d+)?)b(?![a-z\d])/

/** How alike the names of two LLMs are. */
export type NameLikeness = (a: string, b: string) => number

/**
 * How alike names are: from 0 to 1, and 1 for a name and itself. It is a kernel (the matrix of any names is positive
 * semidefinite): the cosine between the sets of pieces of two to four characters, times one half to one by their sizes, which
 * count as alike while they differ by less than a factor of about e. Names without a size are alike in that, and unlike all
 * that have one.
 * @param names all that will be compared
 */
export function nameLikeness(names: readonly string[]): NameLikeness {
  const parts = new Map(names.map((name) => [name, partsOf(name)]))
  const of = (name: string) => parts.get(name) ?? partsOf(name)
  return (a, b) => {
    const [one, other] = [of(a), of(b)]
    return cosine(one.pieces, other.pieces) * (0.5 + 0.5 * sizeLikeness(one.logSize, other.logSize))
  }
}

function partsOf(name: string): { pieces: ReadonlySet<string>; logSize: number | undefined } {
  const plain = name.toLowerCase()
  const text = `^${plain.replace(/[-_@/\s]+/g, '-')}$`
  const pieces = new Set<string>()
  for (const length of PIECES) {
    for (let i = 0; i + length <= text.length; i++) pieces.add(text.slice(i, i + length))
  }
  const [, experts, billions] = SIZE.exec(plain) ?? []
  const size = billions === undefined ? 0 : Number(billions) * Number(experts ?? 1)
  return { pieces, logSize: size > 0 ? Math.log(size) : undefined }
}

function cosine(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let common = 0
  for (const piece of a) if (b.has(piece)) common++
  return common / Math.sqrt(a.size * b.size)
}

function sizeLikeness(a: number | undefined, b: number | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 1 : 0
  return Math.exp(-((a - b) ** 2) / 2)
}
