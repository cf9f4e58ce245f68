import { at } from '../numeric/at.js'
import { tally } from '../numeric/tally.js'
import { llmOf, promptOf } from '../outcomes/outcomes.js'
import type { Outcomes } from '../outcomes/outcomes.js'

/**
 * What a model would choose among all LLMs that it knows, not only among those that were judged on a prompt: the part of the choice
 * that no outcome speaks for, and that the routed score cannot see.
 */
export interface FreeChoice {
  /** Those that have a source or a category. */
  prompts: number
  /** Prompts sent to an LLM that has no training outcome in their source, nor in their category. */
  unsupported: number
  /** LLM -> how many of these it gets, the most frequent first. */
  llms: Record<string, number>
}

/** LLMs that a report names. */
const MAX_NAMED = 5

/**
 * @param prompts those that were scored
 * @param choices [P] the LLM with the highest score on each
 * @returns undefined if no prompt has a source or a category
 */
export function freeChoiceOf(
  prompts: Outcomes['prompts'],
  choices: readonly string[],
  training: Outcomes,
): FreeChoice | undefined {
  const judged = new Set<string>()
  training.llm.forEach((_, i) => {
    for (const kind of kindsOf(promptOf(training, i))) judged.add(`${kind}\n${llmOf(training, i)}`)
  })
  const labeled = prompts.flatMap((prompt, p) => {
    const kinds = kindsOf(prompt)
    return kinds.length === 0 ? [] : [{ kinds, llm: at(choices, p) }]
  })
  if (labeled.length === 0) return undefined
  const unsupported = labeled
    .filter(({ kinds, llm }) => !kinds.some((kind) => judged.has(`${kind}\n${llm}`)))
    .map(({ llm }) => llm)
  const llms = [...tally(unsupported)].sort(([, a], [, b]) => b - a)
  return { prompts: labeled.length, unsupported: unsupported.length, llms: Object.fromEntries(llms) }
}

/** Its source and its category, as far as the data names them. */
function kindsOf({ source, category }: Outcomes['prompts'][number]): string[] {
  return [
    ...(source === '' ? [] : [`source ${source}`]),
    ...(category === '' ? [] : [`category ${category}`]),
  ]
}

export function describeFreeChoice({ prompts, unsupported, llms }: FreeChoice): string {
  const share = ((100 * unsupported) / prompts).toFixed(1)
  const names = Object.keys(llms).slice(0, MAX_NAMED)
  const named = names.length === 0 ? '' : `, most often ${names.join(', ')}`
  return (
    `of all LLMs that it knows, the model would send ${share} % of the prompts to one without training outcomes in their source ` +
    `or category, which the scores below cannot see${named}`
  )
}
