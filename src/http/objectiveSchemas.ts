import { z } from 'zod'

import { nameText } from './schemas.js'

/** What `POST /rank` and gateways choose by: the fields of each objective. */

/** More than anything costs; what is multiplied by it stays finite. */
const MAX_AMOUNT = 1e15

export const amount = (what: string) => {
  const message = `expected ${what}, 0 or more`
  return z.number(message).min(0, message).max(MAX_AMOUNT, `expected ${what}, at most 1e15`)
}
export const probability = z
  .number('expected a number from 0 to 1')
  .min(0, 'expected a number from 0 to 1')
  .max(1, 'expected a number from 0 to 1')

const POSITION = 'expected a number from 0 to 10'
const MARGIN = 'expected a number from -1 to 1'

const best = z.object({ type: z.literal('best') })

const sufficient = z.object({ type: z.literal('sufficient') })

const cheapest = z
  .object({
    type: z.literal('cheapest'),
    at_least: probability.exactOptional().describe('Probability that it must have.'),
    within: probability.exactOptional().describe('How far its probability may be below the greatest.'),
  })
  .refine(
    ({ at_least, within }) => (at_least === undefined) !== (within === undefined),
    'expected either at_least or within',
  )

const value = z.object({
  type: z.literal('value'),
  dollars: amount('dollars that a success is worth').describe('What a success is worth.'),
})

const dial = z.object({
  type: z.literal('dial'),
  position: z
    .number(POSITION)
    .min(0, POSITION)
    .max(10, POSITION)
    .describe('0 is the cheapest, 10 the most probable.'),
})

const threshold = z.object({
  type: z.literal('threshold'),
  strong: nameText,
  weak: nameText,
  threshold: z
    .number(MARGIN)
    .min(-1, MARGIN)
    .max(1, MARGIN)
    .describe('By how much the strong one must be more probable.'),
})

const guarded = z.object({
  type: z.literal('guarded'),
  baseline: nameText.exactOptional().describe('That of the card by default.'),
  z: amount('standard errors').exactOptional().describe('That of the card by default.'),
})

const budget = z.object({
  type: z.literal('budget'),
  dollars: amount('dollars for all prompts').describe('For all prompts of the request.'),
})

const OBJECTIVE_ERROR =
  'expected an object whose type is best, sufficient, cheapest, value, dial, threshold, guarded or budget'

export const objectiveSchema = z
  .discriminatedUnion(
    'type',
    [best, sufficient, cheapest, value, dial, threshold, guarded, budget],
    OBJECTIVE_ERROR,
  )
  .prefault({ type: 'best' })
  .describe('What is chosen by, `best` by default. docs/rank.md has the formula of each.')

/** The names that they have in the OpenAPI document. */
export const OBJECTIVE_SCHEMAS = {
  BestObjective: best,
  SufficientObjective: sufficient,
  CheapestObjective: cheapest,
  ValueObjective: value,
  DialObjective: dial,
  ThresholdObjective: threshold,
  GuardedObjective: guarded,
  BudgetObjective: budget,
}
