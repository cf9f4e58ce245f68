import type { z } from 'zod'

import type { Limits } from '../../config/limits.js'
import type { outcomesRequestSchema, outcomesResponseSchema } from '../outcomeSchemas.js'
import { SCORING_ERRORS, jsonContent, operation, timeoutParameter } from './operation.js'
import type { Operation } from './operation.js'

export const LEARNING = 'Learning'

/** Works as it stands against the saved model that is shipped, on a server with a log for it. */
const request: z.input<typeof outcomesRequestSchema> = {
  outcomes: [
    {
      id: '5f0c6a52-answer-1',
      llm: 'llama-3.1-8b-instruct',
      score: 1,
      prompt: 'What is Python?',
      tokens: 212,
    },
  ],
}

const response: z.infer<typeof outcomesResponseSchema> = { accepted: 1, known: 0, resolved_names: {} }

export function outcomesOperation(limits: Limits): Operation {
  return operation({
    operationId: 'reportOutcomes',
    summary: 'Report what came of choices',
    description:
      'Appended to the log that `llimit learn` reads, and on the disk when it is answered: docs/outcomes.md. 404 if the server has no folder for it. ' +
      `At most ${limits.prompts} outcomes of prompts of ${limits.promptChars} characters; all are written, or none. ` +
      'Each outcome has exactly one of `prompt` and `messages`.',
    tags: [LEARNING],
    parameters: [timeoutParameter],
    requestBody: { required: true, content: jsonContent('OutcomesRequest', request) },
    ok: { description: 'How many were written.', content: jsonContent('OutcomesResponse', response) },
    errors: [...SCORING_ERRORS, 'NOT_FOUND'],
  })
}
