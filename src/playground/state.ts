import { isObjectiveKey } from './objectives.js'
import type { Names, ObjectiveKey } from './objectives.js'
import { FORMS } from './promptText.js'
import type { Form } from './promptText.js'

/** All that a reader has set on the page; the fragment of its URL has it, so that a link shows the same. */
export interface State {
  form: Form
  text: string
  /** A saved model; empty: that of the server. */
  model: string
  /** Candidates; none: all. */
  llms: readonly string[]
  objective: ObjectiveKey
  /** Where the slider of the objective is; null: where it starts. */
  amount: number | null
  names: Names
  /** Tokens of an answer; null: what the saved model expects. */
  outputTokens: number | null
  /** Whether there is no choice where the saved model does not believe in one. */
  abstains: boolean
}

export const START: State = {
  form: 'prompt',
  text: 'Write a Python function that returns the n-th Fibonacci number.',
  model: '',
  llms: [],
  objective: 'value',
  amount: null,
  names: { strong: '', weak: '', baseline: '' },
  outputTokens: null,
  abstains: true,
}

/** Longer texts are left out of a link: browsers and those who pass links on cut it. */
export const MAX_LINK_CHARS = 8000

/** Fields that are as at the start are left out, but for the text. */
export function toFragment(state: State): string {
  const fields = new URLSearchParams()
  const add = (name: string, value: string | number | null, start: string | number | null) => {
    if (value !== null && value !== start) fields.append(name, String(value))
  }
  add('form', state.form, START.form)
  if (state.text.length <= MAX_LINK_CHARS) fields.append('text', state.text)
  add('model', state.model, START.model)
  for (const llm of state.llms) fields.append('llm', llm)
  add('objective', state.objective, START.objective)
  add('amount', state.amount, null)
  for (const [name, value] of Object.entries(state.names)) add(name, String(value), '')
  add('output_tokens', state.outputTokens, null)
  if (!state.abstains) fields.append('abstain', 'false')
  return fields.toString()
}

/** Whatever is missing or invalid is as at the start. */
export function fromFragment(fragment: string): State {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''))
  const text = (name: string, start: string) => fields.get(name) ?? start
  const objective = text('objective', START.objective)
  return {
    form: FORMS.find((form) => form === fields.get('form')) ?? START.form,
    text: text('text', START.text),
    model: text('model', START.model),
    llms: [...new Set(fields.getAll('llm'))],
    objective: isObjectiveKey(objective) ? objective : START.objective,
    amount: numberIn(fields.get('amount')),
    names: {
      strong: text('strong', START.names.strong),
      weak: text('weak', START.names.weak),
      baseline: text('baseline', START.names.baseline),
    },
    outputTokens: numberIn(fields.get('output_tokens')),
    abstains: fields.get('abstain') !== 'false',
  }
}

function numberIn(text: string | null): number | null {
  if (text === null || text.trim() === '') return null
  const value = Number(text)
  return Number.isFinite(value) ? value : null
}
