import type { RequestHandler } from 'express'
import type { z } from 'zod'

import type { Limits } from '../../config/limits.js'
import { at } from '../../numeric/at.js'
import type { Labels, Source } from '../../selection/labels.js'
import { invalidField } from '../inferRequest.js'
import { llmAskedAbout } from './askedSuccess.js'
import { answerEach, gatewayRoute } from './gatewayRoute.js'
import type { Asked } from './gatewayRoute.js'
import { promptOf } from './promptOf.js'
import { systemOneRequestSchema } from './systemOneSchemas.js'
import type { systemOneResponseSchema } from './systemOneSchemas.js'

type Body = z.output<typeof systemOneRequestSchema>
type Question = Body['questions'][string]
type Response = z.infer<typeof systemOneResponseSchema>
type Answer = Response['answers'][string]

interface Answered {
  answer: Answer
  source: Source
}

/** `POST /v1/systemone`. A question that is not answered rejects the request: there is no other form for it. */
export function systemOne(labels: Labels, limits: Limits): RequestHandler {
  return gatewayRoute(limits, systemOneRequestSchema, async (body, signal, trace): Promise<Response> => {
    const { state, questions } = body
    const prompt = promptOf(state, 'state', limits)
    const model = await labels.modelFor(body.model)
    const asked = { labels, model, prompt, shared: {}, signal, trace }
    const answerOf = async ([key, question]: [string, Question]) =>
      [key, await answerTo(question, key, asked)] as const
    const answers = await answerEach(Object.entries(questions), answerOf, signal)
    const { source } = at(answers, 0)[1]
    return {
      model: source.model,
      answers: Object.fromEntries(answers.map(([key, { answer }]) => [key, answer])),
      usage: { input_tokens: source.inputTokens, output_tokens: 0 },
    }
  })
}

async function answerTo(question: Question, key: string, asked: Asked): Promise<Answered> {
  const field = `questions.${key}`
  switch (question.type) {
    case 'choice':
      return choiceOf(question.criteria, field, asked)
    case 'noul':
      return noulOf(question, key, asked)
    default:
      throw invalidField(
        `${field}.type`,
        `expected choice or noul, got ${question.type}, which outcomes do not answer`,
      )
  }
}

async function choiceOf(
  names: string[],
  field: string,
  { labels, signal, ...about }: Asked,
): Promise<Answered> {
  const answer = await labels.choose({ ...about, labels: names }, signal)
  if ('unanswered' in answer) {
    throw invalidField(
      `${field}.criteria${answer.label === undefined ? '' : `.${answer.label}`}`,
      answer.unanswered,
    )
  }
  const { choice, confidence, probabilities, source } = answer
  return {
    answer: { type: 'choice', choice, probabilities: Object.fromEntries(probabilities), confidence },
    source,
  }
}

async function noulOf(
  { instructions, criteria }: Extract<Question, { type: 'noul' }>,
  key: string,
  { labels, signal, ...about }: Asked,
): Promise<Answered> {
  const field = `questions.${key}`
  const llm = llmAskedAbout(key, textIn(instructions), whenTrue(criteria))
  if (llm === undefined) {
    const example = 'such as "Will gpt-4o answer correctly?"'
    throw invalidField(
      `${field}.instructions`,
      `expected a question whether one LLM succeeds, ${example}, got another`,
    )
  }
  const answer = await labels.successOf({ ...about, llm }, signal)
  if ('unanswered' in answer) throw invalidField(field, answer.unanswered)
  return { answer: { type: 'noul', noul: answer.probability }, source: answer.source }
}

/** What is no text asks for nothing that is understood here. */
function textIn(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function whenTrue(criteria: unknown): string | undefined {
  const isObject = typeof criteria === 'object' && criteria !== null
  return textIn(isObject ? (criteria as Record<string, unknown>)['true'] : undefined)
}
