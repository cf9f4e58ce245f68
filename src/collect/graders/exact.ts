/** What people and LLMs put around an answer without meaning another one. */
const AROUND = /^[\s"'`*_“”‘’]+|[\s"'`*_“”‘’.]+$/g

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
  return text.normalize('NFKC').toLowerCase().normalize('NFKC').replace(/\s+/g, ' ').replace(AROUND, '')
}
