import type { RequestHandler } from 'express'
import { z } from 'zod'

import type { Limits } from '../../config/limits.js'
import { LLimitError } from '../../errors.js'
import type { Labels } from '../../selection/labels.js'
import { invalidField } from '../inferRequest.js'
import { text } from '../schemas.js'
import { gatewayRoute } from './gatewayRoute.js'
import { checkedPrompt } from './promptOf.js'

/** What `POST /classify` takes and answers, the form of vLLM Semantic Router's `http_classify`. */

export const classifyRequestSchema = z.object(
  { inputs: text.meta({ description: 'The prompt.', minLength: 1 }) },
  'expected a JSON object',
)

export const classifyResponseSchema = z
  .array(z.object({ label: z.string(), score: z.number() }))
  .describe('Each tier of `LLIMIT_TIERS` once, in the order of the file. The sum of the scores is 1.')

/** `POST /classify`: the tiers, the greatest score for the one to take, since clients see nothing else of a choice. */
export function classify(labels: Labels, limits: Limits): RequestHandler {
  type Answer = z.infer<typeof classifyResponseSchema>
  return gatewayRoute(limits, classifyRequestSchema, async ({ inputs }, signal, trace): Promise<Answer> => {
    if (labels.tiers.length === 0) {
      throw new LLimitError('NOT_FOUND', 'Expected tiers to classify by (LLIMIT_TIERS), found none')
    }
    const prompt = checkedPrompt(inputs, 'inputs', limits)
    const { defaultModel: model, tiers } = labels
    const answer = await labels.choose({ model, prompt, labels: tiers, trace }, signal)
    if ('unanswered' in answer) throw invalidField('inputs', answer.unanswered)
    return Array.from(answer.probabilities, ([label, probability]) => ({
      label,
      score: labels.isBySufficiency ? probability : Number(label === answer.choice),
    }))
  })
}
