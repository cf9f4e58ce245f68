import type { RequestHandler } from 'express'
import { z } from 'zod'

import type { Limits } from '../../config/limits.js'
import { LLimitError } from '../../errors.js'
import type { Labels } from '../../selection/labels.js'
import { invalidField, invalidRequest } from '../inferRequest.js'
import { sendJson } from '../json.js'
import { requestSignal } from '../requestSignal.js'
import { text } from '../schemas.js'
import { checkedPrompt } from './promptOf.js'
import type { DecisionRoute } from './systemOne.js'

/** What `POST /classify` takes and answers, the form of vLLM Semantic Router's `http_classify`. */

export const classifyRequestSchema = z.object(
  { inputs: text.describe('The prompt.') },
  'expected a JSON object',
)

export const classifyResponseSchema = z
  .array(z.object({ label: z.string(), score: z.number() }))
  .describe('Each tier of `LLIMIT_TIERS` once, in the order of the file. The sum of the scores is 1.')

/** `POST /classify`: the tiers, the greatest score for the one to take, since clients see nothing else of a choice. */
export function classify(
  labels: Labels,
  limits: Limits,
  { defaultModel, timeoutMs }: DecisionRoute,
): RequestHandler {
  return async (req, res) => {
    const signal = requestSignal(res, timeoutMs)
    const parsed = classifyRequestSchema.safeParse(req.body, { reportInput: true })
    if (!parsed.success) throw invalidRequest(parsed.error.issues)
    if (labels.tiers.length === 0) {
      throw new LLimitError('NOT_FOUND', 'Expected tiers to classify by (LLIMIT_TIERS), found none')
    }
    const prompt = checkedPrompt(parsed.data.inputs, 'inputs', limits.promptChars)
    const answer = await labels.choose({ model: defaultModel, prompt, labels: labels.tiers }, signal)
    if ('unanswered' in answer) throw invalidField('inputs', answer.unanswered)
    const body: z.infer<typeof classifyResponseSchema> = Array.from(
      answer.probabilities,
      ([label, probability]) => ({
        label,
        score: labels.isBySufficiency ? probability : Number(label === answer.choice),
      }),
    )
    sendJson(res, body)
  }
}
