import { secretIn } from '../../config/config.js'
import { Endpoint } from '../../collect/endpoint/endpoint.js'
import { LLimitError, quote } from '../../errors.js'
import type { CollectOptions } from './flags.js'

/** Before the second try. */
const FIRST_DELAY_MS = 500

/** What an endpoint is called by on the command line. */
interface Named {
  url: string
  urlFlag: string
  keyVariable: string | undefined
  keyFlag: string
}

interface Watch {
  signal: AbortSignal
  onPause: (seconds: number, message: string) => void
}

/**
 * The endpoints of the answers and of the judge, which may be one.
 * @throws LLimitError INVALID_ARGUMENT for a URL that is none, and for a variable without a key. The key is never shown.
 */
export function openEndpoints(options: CollectOptions, watch: Watch): { answers: Endpoint; judge: Endpoint } {
  const { endpoint, judgeEndpoint, keyVariable, judgeKeyVariable } = options
  const open = ({ url, urlFlag, keyVariable, keyFlag }: Named) =>
    new Endpoint({
      base: baseOf(url, urlFlag),
      key: keyVariable === undefined ? undefined : keyOf(keyVariable, keyFlag),
      concurrency: options.concurrency,
      timeoutMs: options.requestTimeoutS * 1000,
      retries: options.retries,
      firstDelayMs: FIRST_DELAY_MS,
      ...watch,
    })
  const answers = open({ url: endpoint, urlFlag: '--endpoint', keyVariable, keyFlag: '--key-variable' })
  if (judgeEndpoint === undefined && judgeKeyVariable === undefined) return { answers, judge: answers }
  const judge = open({
    url: judgeEndpoint ?? endpoint,
    urlFlag: '--judge-endpoint',
    keyVariable: judgeKeyVariable,
    keyFlag: '--judge-key-variable',
  })
  return { answers, judge }
}

/** The base URL as it is asked at: without a slash at the end, and without the path that people copy along. */
function baseOf(text: string, flag: string): string {
  const base = text.replace(/\/+$/, '').replace(/\/chat\/completions$/, '')
  const url = URL.canParse(base) ? new URL(base) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw invalid(`${flag}: expected a URL such as https://host/v1, got ${quote(text)}`)
  }
  if (url.username !== '' || url.password !== '')
    throw invalid(`${flag}: expected a URL without a password; name the variable of a key by --key-variable`)
  if (url.search !== '' || url.hash !== '')
    throw invalid(`${flag}: expected a URL without "?" and "#", got ${quote(text)}`)
  return base
}

function keyOf(variable: string, flag: string): { variable: string; value: string } {
  // Whoever gives the key itself must not read it in a log.
  if (!/^[A-Z_][A-Z0-9_]*$/.test(variable))
    throw invalid(`${flag}: expected the name of an environment variable in upper case, not the key itself`)
  const value = secretIn(variable)
  if (value !== undefined) return { variable, value }
  throw invalid(
    `${flag}: expected a key in the environment variable ${variable}, found none; export it first`,
  )
}

function invalid(message: string): LLimitError {
  return new LLimitError('INVALID_ARGUMENT', message)
}
