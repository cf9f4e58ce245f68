declare const brand: unique symbol
type Branded<Name extends string> = number & { readonly [brand]: Name }

/** Row of an LLM in a table that has one for each: the place of its name in the card's `llms`, or in a data set. */
export type LlmRow = Branded<'LlmRow'>

/** Place of a prompt in a request, or in a data set. */
export type PromptIndex = Branded<'PromptIndex'>

/** For code that counts or looks up rows; everything else is given one. */
export function llmRow(row: number): LlmRow {
  return row as LlmRow
}

/** For code that counts or looks up prompts; everything else is given one. */
export function promptIndex(index: number): PromptIndex {
  return index as PromptIndex
}

/** Name -> row of the LLM, in the order of the names. */
export function rowsByName(llms: readonly string[]): Map<string, LlmRow> {
  return new Map(llms.map((llm, row) => [llm, llmRow(row)]))
}
