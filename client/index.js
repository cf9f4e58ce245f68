// The types are in index.d.ts and schema.d.ts; this runs without a build.
import createFetchClient from 'openapi-fetch'

export function createClient(options) {
  return createFetchClient({ baseUrl: 'http://localhost:8000', ...options })
}

export class LlimitError extends Error {
  name = 'LlimitError'

  constructor({ detail, code, errors = [] }, status, retryAfterSeconds) {
    super(detail)
    this.status = status
    this.code = code
    this.errors = errors
    this.retryAfterSeconds = retryAfterSeconds
  }
}

export async function answerOf(call) {
  const { data, error, response } = await call
  if (response.ok) return data
  const seconds = Number.parseInt(response.headers.get('retry-after') ?? '', 10)
  throw new LlimitError(error, response.status, Number.isNaN(seconds) ? undefined : seconds)
}
