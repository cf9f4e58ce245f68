import { codeOf, LLimitError, messageOf } from '../errors.js'

/** What is said of a port that cannot be opened: CONFLICT if it is in use, INVALID_CONFIG for another reason. */
export function portError(cause: unknown, { host, port }: { host: string; port: number }): LLimitError {
  if (codeOf(cause) === 'EADDRINUSE') {
    const problem = `port ${port} of ${host} is already in use; choose another with --port or PORT`
    return new LLimitError('CONFLICT', problem, { cause })
  }
  const reason = `cannot listen on ${host}: ${messageOf(cause)}; choose another address with --host or HOST`
  return new LLimitError('INVALID_CONFIG', reason, { cause })
}
