import type { ErrorCode } from '../errors.js'

/** The HTTP status of every error code. */
export const STATUS: Record<ErrorCode, number> = {
  INVALID_JSON: 400,
  INVALID_REQUEST: 400,
  INVALID_MODEL_FORMAT: 400,
  INVALID_MODEL_TYPE: 400,
  UNKNOWN_LLM: 400,
  MODEL_NOT_FOUND: 404,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  OVERLOADED: 429,
  MODEL_BROKEN: 503,
  ENGINE_UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
  // These two end the start of the server or a conversion; should one reach a request, it is a fault of ours.
  INVALID_CONFIG: 500,
  INVALID_CHECKPOINT: 500,
  INTERNAL: 500,
}
