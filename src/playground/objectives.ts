import { dollars, percent } from './format.js'

/** The objectives of `POST /rank` as a person sets them: each has at most one number, which a slider moves. */

interface Slider {
  field: 'at_least' | 'within' | 'dollars' | 'position' | 'threshold' | 'z'
  label: string
  min: number
  max: number
  /** Of a linear slider; one of orders of magnitude has none. */
  step?: number
  start: number
  /** Whether the field is left out of the request until the slider is moved. */
  isOptional?: boolean
  say: (value: number) => string
}

export interface Names {
  strong: string
  weak: string
  baseline: string
}

interface ObjectiveForm {
  type: string
  label: string
  meaning: string
  slider?: Slider
  names?: readonly (keyof Names)[]
}

const success = (value: number) => percent(value)

export const OBJECTIVES = {
  best: {
    type: 'best',
    label: 'Best',
    meaning: 'The LLM that is most likely to succeed, whatever it costs.',
  },
  sufficient: {
    type: 'sufficient',
    label: 'Cheapest that succeeds',
    meaning: 'The LLM that is most probably the cheapest one to succeed.',
  },
  at_least: {
    type: 'cheapest',
    label: 'Cheapest that is good enough',
    meaning: 'The cheapest LLM whose probability of success is high enough.',
    slider: {
      field: 'at_least',
      label: 'Probability at least',
      min: 0,
      max: 1,
      step: 0.01,
      start: 0.7,
      say: success,
    },
  },
  within: {
    type: 'cheapest',
    label: 'Cheapest near the best',
    meaning: 'The cheapest LLM that is not much less likely to succeed than the best.',
    slider: {
      field: 'within',
      label: 'Less than the best by',
      min: 0,
      max: 0.5,
      step: 0.01,
      start: 0.05,
      say: success,
    },
  },
  value: {
    type: 'value',
    label: 'Value of a success',
    meaning: 'What a success is worth times its probability, less the cost.',
    slider: { field: 'dollars', label: 'A success is worth', min: 1e-5, max: 10, start: 0.01, say: dollars },
  },
  dial: {
    type: 'dial',
    label: 'Dial from cheapest to best',
    meaning: 'Between the cheapest LLM at 0 and the best at 10.',
    slider: {
      field: 'position',
      label: 'Position',
      min: 0,
      max: 10,
      step: 0.1,
      start: 7,
      say: (x) => x.toFixed(1),
    },
  },
  threshold: {
    type: 'threshold',
    label: 'Strong or weak LLM',
    meaning: 'The strong LLM if it is more likely to succeed than the weak one by more than the threshold.',
    slider: {
      field: 'threshold',
      label: 'Threshold',
      min: -0.5,
      max: 0.5,
      step: 0.01,
      start: 0.1,
      say: success,
    },
    names: ['strong', 'weak'],
  },
  guarded: {
    type: 'guarded',
    label: 'Guarded',
    meaning:
      'The best LLM if it is clearly better than a baseline, else the baseline. Both are by default those of the saved model.',
    slider: {
      field: 'z',
      label: 'Better by standard errors',
      min: 0,
      max: 5,
      step: 0.1,
      start: 2,
      isOptional: true,
      say: (x) => x.toFixed(1),
    },
    names: ['baseline'],
  },
  budget: {
    type: 'budget',
    label: 'Budget for all prompts',
    meaning: 'The most expected successes over all prompts whose costs are together within the budget.',
    slider: { field: 'dollars', label: 'Budget', min: 1e-5, max: 10, start: 0.01, say: dollars },
  },
} as const satisfies Record<string, ObjectiveForm>

export type ObjectiveKey = keyof typeof OBJECTIVES

export function objectiveForm(key: ObjectiveKey): ObjectiveForm {
  return OBJECTIVES[key]
}

export function isObjectiveKey(text: string): text is ObjectiveKey {
  return Object.hasOwn(OBJECTIVES, text)
}

/**
 * The field `objective` of a request.
 * @param amount where the slider is; null: where it starts
 * @returns undefined while an LLM that it needs has no name
 */
export function objectiveOf(
  key: ObjectiveKey,
  amount: number | null,
  names: Names,
): Record<string, string | number> | undefined {
  const { type, slider, names: fields = [] } = objectiveForm(key)
  const objective: Record<string, string | number> = { type }
  for (const field of fields) {
    if (names[field] !== '') objective[field] = names[field]
    else if (field !== 'baseline') return undefined
  }
  if (slider === undefined) return objective
  if (amount !== null || slider.isOptional !== true) objective[slider.field] = amount ?? slider.start
  return objective
}

/** As `LLIMIT_OBJECTIVE` has it, for gateways: `value:dollars=0.01`; undefined for a budget, which is for several prompts. */
export function compactObjective(objective: Readonly<Record<string, string | number>>): string | undefined {
  const { type, ...fields } = objective
  if (type === 'budget' || type === undefined) return undefined
  const list = Object.entries(fields).map(([field, value]) => `${field}=${value}`)
  return list.length === 0 ? String(type) : `${type}:${list.join(',')}`
}

const LOG_STEPS = 200

/** Positions of a range input: of a linear slider its values, of orders of magnitude steps of equal ratios. */
export function rangeOf({ min, max, step }: Slider): { min: number; max: number; step: number } {
  return step === undefined ? { min: 0, max: LOG_STEPS, step: 1 } : { min, max, step }
}

export function positionOf({ min, max, step }: Slider, value: number): number {
  return step === undefined ? Math.round((LOG_STEPS * Math.log(value / min)) / Math.log(max / min)) : value
}

/** Two significant digits of an order of magnitude, so that a request reads well. */
export function valueAt({ min, max, step }: Slider, position: number): number {
  if (step !== undefined) return position
  return Number((min * (max / min) ** (position / LOG_STEPS)).toPrecision(2))
}
