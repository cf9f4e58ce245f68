import type { z } from 'zod'

import { LLimitError } from '../errors.js'
import { integer } from '../validation.js'
import { setting, variableOf } from './setting.js'

const KIBIBYTE = 2 ** 10
const MEBIBYTE = 2 ** 20
const SECOND_MS = 1000

function count(max: number, usual: number, description: string) {
  return setting(integer(1, max).default(usual), 'integer', description)
}

function seconds(usual: number, description: string) {
  return setting(integer(1, 86_400).default(usual), 'seconds', description)
}

function mebibytes(max: number, usual: number, description: string) {
  return setting(integer(1, max).default(usual), 'MiB', description)
}

/** What bounds requests and connections, a setting each. */
export const LIMIT_SETTINGS = {
  maxQueuedTokens: count(
    1_000_000_000,
    131_072,
    'tokens that may wait for the encoder in front of a request before it gets 429',
  ),
  timeoutS: seconds(300, 'time after which a request gets 504'),
  maxBodyMb: mebibytes(1024, 16, 'size of a request body'),
  maxJsonDepth: count(10_000, 64, 'arrays and objects inside each other in a request body'),
  maxJsonMembers: count(10_000_000, 16_384, 'values in the arrays and objects of a request body'),
  maxPrompts: count(100_000, 2048, 'prompts of one request'),
  maxLlms: count(100_000, 1024, 'LLMs of one request'),
  maxPairs: count(100_000_000, 2_097_152, 'prompts times LLMs of one request'),
  maxPromptChars: count(100_000_000, 200_000, 'length of one prompt in UTF-16 units'),
  maxChars: count(1_000_000_000, 16_777_216, 'length of all prompts of one request in UTF-16 units'),
  maxTokens: count(
    1_000_000_000,
    524_288,
    'tokens of one request that a transformer encoder reads; static encoders read any number',
  ),
  maxRequests: count(1_000_000, 512, 'requests in flight before others get 429'),
  maxInFlightMb: mebibytes(1_000_000, 128, 'bodies of all requests in flight before others get 429'),
  maxConnections: count(1_000_000, 1024, 'connections; idle ones are closed first'),
  maxHeaders: count(2000, 100, 'header fields of a request'),
  maxHeaderKb: setting(integer(1, 1024).default(16), 'KiB', 'size of the header of a request'),
  headerTimeoutS: seconds(20, 'time for the header of a request to arrive'),
  bodyTimeoutS: seconds(60, 'time for a whole request to arrive'),
  writeTimeoutS: seconds(20, 'time after which a connection is closed whose answer does not move'),
}

type LimitSetting = keyof typeof LIMIT_SETTINGS

/** A bound, by what it counts, and the setting that sets it. */
interface LimitFacts {
  setting: LimitSetting
  unit: string
  /** Of what the setting counts in units. */
  scale: number
  /** Status of the answer to what is over it; none where the connection is closed instead. */
  status: number | null
}

function fact(setting: LimitSetting, unit: string, status: number | null, scale = 1): LimitFacts {
  return { setting, unit, status, scale }
}

const LIMIT_FACTS = {
  bodyBytes: fact('maxBodyMb', 'bytes', 413, MEBIBYTE),
  jsonDepth: fact('maxJsonDepth', 'levels', 413),
  jsonMembers: fact('maxJsonMembers', 'members', 413),
  prompts: fact('maxPrompts', 'prompts', 413),
  llms: fact('maxLlms', 'LLMs', 413),
  pairs: fact('maxPairs', 'pairs of a prompt and an LLM', 413),
  promptChars: fact('maxPromptChars', 'characters', 413),
  chars: fact('maxChars', 'characters', 413),
  tokens: fact('maxTokens', 'tokens', 413),
  queuedTokens: fact('maxQueuedTokens', 'queued tokens', 429),
  requests: fact('maxRequests', 'requests in flight', 429),
  bytesInFlight: fact('maxInFlightMb', 'bytes in flight', 429, MEBIBYTE),
  connections: fact('maxConnections', 'connections', null),
  headers: fact('maxHeaders', 'header fields', 431),
  headerBytes: fact('maxHeaderKb', 'bytes of header', 431, KIBIBYTE),
  headerTimeoutMs: fact('headerTimeoutS', 'milliseconds', 408, SECOND_MS),
  bodyTimeoutMs: fact('bodyTimeoutS', 'milliseconds', 408, SECOND_MS),
  writeTimeoutMs: fact('writeTimeoutS', 'milliseconds', null, SECOND_MS),
  timeoutMs: fact('timeoutS', 'milliseconds', 504, SECOND_MS),
} satisfies Record<string, LimitFacts>

export type LimitName = keyof typeof LIMIT_FACTS
export const LIMIT_NAMES = Object.keys(LIMIT_FACTS) as LimitName[]

/** What requests and connections may take, in the units of `limitFacts`. */
export type Limits = Record<LimitName, number>

/** What a bound is called where it is told: its unit, and the variable of the environment that sets it. */
export function limitFacts(name: LimitName): { unit: string; status: number | null; variable: string } {
  const { unit, status, setting } = LIMIT_FACTS[name]
  return { unit, status, variable: variableOf(setting) }
}

export function limitsOf(settings: Record<LimitSetting, z.output<ReturnType<typeof integer>>>): Limits {
  const entries = LIMIT_NAMES.map((name): [LimitName, number] => {
    const { setting, scale } = LIMIT_FACTS[name]
    return [name, settings[setting] * scale]
  })
  return Object.fromEntries(entries) as Limits
}

/**
 * Of a request in which a field has more than a bound allows.
 * @param got what the field has
 */
export function tooLarge(name: LimitName, path: string, limit: number, got: number | string): LLimitError {
  const message = `${path}: expected ${atMost(name, limit, got)}`
  return new LLimitError('TOO_LARGE', message, { errors: [{ path, message }] })
}

/** "at most 2048 prompts, got 3000; LLIMIT_MAX_PROMPTS sets the limit" */
export function atMost(name: LimitName, limit: number, got: number | string): string {
  const { unit, variable } = limitFacts(name)
  return `at most ${limit} ${unit}, got ${got}; ${variable} sets the limit`
}
