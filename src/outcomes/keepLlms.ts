import type { JudgedData } from './outcomes.js'

/** The data without what it says of other LLMs; the prompts all stay. */
export function keepLlms<D extends JudgedData>(data: D, kept: ReadonlySet<string>): D {
  const { outcomes, comparisons } = data
  const llms = outcomes.llms.filter((name) => kept.has(name))
  const rows = new Map(llms.map((name, row) => [name, row]))
  const rowOf = outcomes.llms.map((name) => rows.get(name) ?? -1)
  const known = (llm: number | undefined) => (rowOf[llm ?? -1] ?? -1) >= 0
  const of = indicesWhere(outcomes.llm, (llm) => known(llm))
  const compared = indicesWhere(comparisons.a, (a, i) => known(a) && known(comparisons.b[i]))
  return {
    ...data,
    outcomes: {
      ...outcomes,
      llms,
      prompt: of.map((i) => outcomes.prompt[i] ?? 0),
      llm: of.map((i) => rowOf[outcomes.llm[i] ?? 0] ?? 0),
      score: Float32Array.from(of, (i) => outcomes.score[i] ?? 0),
    },
    comparisons: {
      prompt: compared.map((i) => comparisons.prompt[i] ?? 0),
      a: compared.map((i) => rowOf[comparisons.a[i] ?? 0] ?? 0),
      b: compared.map((i) => rowOf[comparisons.b[i] ?? 0] ?? 0),
      preference: Float32Array.from(compared, (i) => comparisons.preference[i] ?? 0.5),
    },
  }
}

function indicesWhere(values: Int32Array, wanted: (value: number, i: number) => boolean): Int32Array {
  return Int32Array.from(Array.from(values.keys()).filter((i) => wanted(values[i] ?? 0, i)))
}
