import type { RequestHandler } from 'express'
import type { z } from 'zod'

import type { Limits } from '../../config/limits.js'
import { valueAt } from '../../numeric/at.js'
import type { Labels, Source } from '../../selection/labels.js'
import { llmAskedAbout } from './askedSuccess.js'
import { decisionsRequestSchema } from './decisionsSchemas.js'
import type { decisionsResponseSchema } from './decisionsSchemas.js'
import { answerEach, gatewayRoute } from './gatewayRoute.js'
import type { Asked } from './gatewayRoute.js'
import { promptOf } from './promptOf.js'

type Question = z.output<typeof decisionsRequestSchema>['questions'][number]
type Instructions = Extract<Question, { type: 'predicate' }>['instructions']
type Response = z.infer<typeof decisionsResponseSchema>
type Answer = Response['answers'][number]

/** An answer, and what it rests on; one that says `refusal` rests on nothing. */
interface Answered {
  answer: Answer
  source?: Source
}

/** `POST /v1/decisions`. A question that is not answered gets a `refusal`, the others their answers. */
export function decisions(labels: Labels, limits: Limits): RequestHandler {
  return gatewayRoute(limits, decisionsRequestSchema, async (body, signal, trace): Promise<Response> => {
    const { input, questions } = body
    const prompt = promptOf(input, 'input', limits)
    const model = await labels.modelFor(body.model)
    const asked = { labels, model, prompt, shared: {}, signal, trace }
    const answers = await answerEach(questions, (question) => answerTo(question, asked), signal)
    const source = answers.find((one) => one.source !== undefined)?.source ?? { model, inputTokens: 0 }
    return {
      model: source.model,
      answers: answers.map(({ answer }) => answer),
      usage: {
        input_tokens: source.inputTokens,
        input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
        output_tokens: 0,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: source.inputTokens,
      },
    }
  })
}

async function answerTo(question: Question, { labels, signal, ...about }: Asked): Promise<Answered> {
  const { name = null } = question
  const rejected: Answered = { answer: { type: 'refusal', name } }
  switch (question.type) {
    case 'choice': {
      // A value that is true or false stands for no LLM.
      const values = new Map(question.choices.map(({ value }) => [String(value), value]))
      if (values.size < question.choices.length) return rejected
      const answer = await labels.choose({ ...about, labels: [...values.keys()], canAbstain: true }, signal)
      if ('unanswered' in answer) return rejected
      const { choice, confidence, probabilities, source } = answer
      const shares = Array.from(probabilities, ([label, probability]) => ({
        value: valueAt(values, label),
        probability,
      }))
      return {
        answer: { type: 'choice', name, choice: valueAt(values, choice), confidence, probabilities: shares },
        source,
      }
    }
    case 'predicate': {
      const llm = llmAskedAbout(name ?? undefined, textIn(question.instructions))
      if (llm === undefined) return rejected
      const answer = await labels.successOf({ ...about, llm }, signal)
      if ('unanswered' in answer) return rejected
      return { answer: { type: 'predicate', name, probability: answer.probability }, source: answer.source }
    }
    default:
      return rejected
  }
}

/** Parts that are no text, such as images, ask for what is not understood here. */
function textIn(instructions: Instructions): string {
  if (typeof instructions === 'string') return instructions
  return instructions
    .map((part) => (typeof part['text'] === 'string' ? part['text'] : JSON.stringify(part)))
    .join(' ')
}
