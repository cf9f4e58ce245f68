import type { z } from 'zod'

import type { AnswerCode } from '../../errors.js'
import type { ErrorForm } from '../errors.js'
import { STATUS } from '../status.js'
import type { openAiErrorSchema } from './decisionsSchemas.js'
import type { systemOneErrorSchema } from './systemOneSchemas.js'

/** Clients of `/v1/systemone` know 401, 422, 429, 500 and 529, and try the last two and 429 again. */
const OVERLOADED = 529

/** Of a request that cannot be answered, whatever is wrong with it. */
const INVALID = 422

const SYSTEM_ONE_STATUS: Record<AnswerCode, number> = {
  ...STATUS,
  INVALID_JSON: INVALID,
  INVALID_REQUEST: INVALID,
  INVALID_MODEL_FORMAT: INVALID,
  INVALID_MODEL_TYPE: INVALID,
  UNKNOWN_LLM: INVALID,
  MODEL_NOT_FOUND: INVALID,
  TOO_LARGE: INVALID,
  UNSUPPORTED_MEDIA_TYPE: INVALID,
  MODEL_BROKEN: 500,
  ENGINE_UNAVAILABLE: OVERLOADED,
  DEADLINE_EXCEEDED: OVERLOADED,
}

export const systemOneErrors: ErrorForm = {
  status: SYSTEM_ONE_STATUS,
  body: ({ message, errors: [first] }): z.infer<typeof systemOneErrorSchema> => ({
    error: { message, ...(first !== undefined && { field: first.path }) },
  }),
}

/** As the OpenAI API tells errors. */
export const openAiErrors: ErrorForm = {
  status: STATUS,
  body: ({ message, errors: [first] }, code): z.infer<typeof openAiErrorSchema> => ({
    error: { message, type: openAiType(code), param: first?.path ?? null, code: code.toLowerCase() },
  }),
}

function openAiType(code: AnswerCode): string {
  const status = STATUS[code]
  if (status === 401) return 'authentication_error'
  if (status === 429) return 'rate_limit_error'
  return status >= 500 ? 'server_error' : 'invalid_request_error'
}
