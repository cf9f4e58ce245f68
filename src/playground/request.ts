import { objectiveOf } from './objectives.js'
import { readInput } from './promptText.js'
import type { Input } from './promptText.js'
import type { State } from './state.js'

/** The body of `POST /rank`. */
export type RankBody = Input & {
  model?: string
  candidates?: readonly string[]
  output_tokens?: number
  abstain?: false
  objective: Record<string, string | number>
  top?: number
  explain?: true
}

/** Of more prompts the answers are shortened: with all LLMs, a prompt takes about 150 kB. */
const MAX_WHOLE = 4
const TOP = 25

/**
 * @returns undefined while something is missing that the reader has yet to give
 * @throws Error that says what was expected of the text
 */
export function rankBody(state: State): RankBody | undefined {
  const input = readInput(state.form, state.text)
  const objective = objectiveOf(state.objective, state.amount, state.names)
  if (input === undefined || objective === undefined) return undefined
  return {
    ...(state.model === '' ? {} : { model: state.model }),
    ...input,
    ...(state.llms.length === 0 ? {} : { candidates: state.llms }),
    ...(state.outputTokens === null ? {} : { output_tokens: state.outputTokens }),
    objective,
    ...(state.abstains ? {} : { abstain: false as const }),
  }
}

/** For the page itself, which need not show every LLM of every prompt. */
export function shortened(body: RankBody): RankBody {
  return 'prompts' in body && body.prompts.length > MAX_WHOLE ? { ...body, top: TOP } : body
}
