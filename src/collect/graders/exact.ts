/** What people and LLMs put around an answer without meaning another one; at its end, a full stop too. */
const AROUND = new Set(' "\'`*_“”‘’'.split(''))

/** 1 if the answer is one of the references, but for case, white space, and quotes, asterisks or a full stop around it; else 0. */
export function gradeExact(answer: string, references: readonly string[]): number {
  return Number(references.some((reference) => isSame(answer, reference)))
}

export function isSame(a: string, b: string): boolean {
  const [one, other] = [normalized(a), normalized(b)]
  // A reference of nothing but signs means these signs.
  return one === other && (one !== '' || a.trim() === b.trim())
}

function normalized(text: string): string {
  const plain = text.normalize('NFKC').toLowerCase().normalize('NFKC').replace(/\s+/g, ' ')
  let [start, end] = [0, plain.length]
  // A regular expression takes quadratic time on an answer that repeats one of the signs, as some LLMs do.
  while (start < end && AROUND.has(plain.charAt(start))) start++
  while (end > start && (plain.charAt(end - 1) === '.' || AROUND.has(plain.charAt(end - 1)))) end--
  return plain.slice(start, end)
}
