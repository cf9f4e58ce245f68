import { fileURLToPath } from 'node:url'

import { z } from 'zod'

import { LLimitError } from './errors.js'

const MEBIBYTE = 2 ** 20

/** The folder that the project ships; compiled files lie in dist/src. */
const SHIPPED_MODELS = fileURLToPath(new URL('../../saved_models', import.meta.url))

/**
 * What computes sentence vectors: TensorFlow's native library, on a GPU where there is one; ONNX Runtime; TensorFlow.js
 * in WebAssembly, which runs anywhere; in plain JavaScript, the last resort.
 */
export const ENGINES = ['tensorflow', 'onnxruntime', 'wasm', 'cpu'] as const
export type EngineName = (typeof ENGINES)[number]

/** Number format of the encoder's weights and products. Sums, norms and the vectors that come out stay float32. */
export const PRECISIONS = ['fp32', 'bf16', 'int8'] as const
export type Precision = (typeof PRECISIONS)[number]

/** What the operator wants to compute with; `auto` is the fastest engine that works. */
export interface EnginePreference {
  engine: EngineName | 'auto'
  precision: Precision
}

const wholeNumber = (smallest: number, largest: number) => z.coerce.number().int().min(smallest).max(largest)

/** Every setting with its default, as it stands in the environment. docs/api.md has the same table for operators. */
const environment = z.object({
  HOST: z.string().min(1).default('0.0.0.0'),
  PORT: wholeNumber(0, 65_535).default(8000),
  LLIMIT_SAVED_MODELS: z.string().min(1).default(SHIPPED_MODELS),
  LLIMIT_MAX_LOADED_MODELS: wholeNumber(1, 1000).default(4),
  LLIMIT_PRELOAD: z.string().default('dense_network/default'),
  LLIMIT_ENGINE: z.enum(['auto', ...ENGINES]).default('auto'),
  LLIMIT_PRECISION: z.enum(PRECISIONS).default('fp32'),
  LLIMIT_CACHE_MB: wholeNumber(0, 1_000_000).default(64),
  LLIMIT_REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  LLIMIT_MAX_QUEUED_TOKENS: wholeNumber(1, 1_000_000_000).default(131_072),
  LLIMIT_TIMEOUT_S: wholeNumber(1, 86_400).default(300),
  LLIMIT_MAX_BODY_MB: wholeNumber(1, 1024).default(16),
  LLIMIT_MAX_PROMPTS: wholeNumber(1, 100_000).default(2048),
  LLIMIT_MAX_LLMS: wholeNumber(1, 100_000).default(1024),
  LLIMIT_MAX_PROMPT_CHARS: wholeNumber(1, 100_000_000).default(200_000),
  LLIMIT_LOG_LEVEL: z.enum(['error', 'warn', 'info', 'debug']).default('info'),
})

export interface Config {
  host: string
  port: number
  savedModels: string
  /** Folders that may hold `encoders/`, in the order in which they are searched. */
  encoderRoots: string[]
  maxLoadedModels: number
  /** Saved model that is loaded before the server listens, so that the first request is as fast as the next; or ''. */
  preload: string
  enginePreference: EnginePreference
  cache: { bytes: number; redisUrl: string | undefined }
  /** Tokens that may be queued for an encoder before requests are refused. */
  maxQueuedTokens: number
  limits: Limits
  logLevel: 'error' | 'warn' | 'info' | 'debug'
}

/** What one request may ask for, and how long it may take. */
export interface Limits {
  bodyBytes: number
  prompts: number
  llms: number
  /** Length of one prompt in UTF-16 units, the `.length` of a JavaScript string. */
  promptChars: number
  /** Milliseconds until it is given up. */
  timeoutMs: number
}

/**
 * Reads the configuration; the only reader of `process.env`.
 * @throws LLimitError INVALID_CONFIG, naming each variable that does not fit and what it holds.
 */
export function readConfig(env: Record<string, string | undefined> = process.env): Config {
  // An empty variable is how a compose file says "not set"; for LLIMIT_PRELOAD it means "nothing".
  const set = Object.fromEntries(
    Object.entries(env).filter(([name, value]) => value !== '' || name === 'LLIMIT_PRELOAD'),
  )
  const parsed = environment.safeParse(set)
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => {
      const name = issue.path.join('.')
      return `${name}: ${issue.message} (it is ${JSON.stringify(env[name])})`
    })
    throw new LLimitError('INVALID_CONFIG', faults.join('; '))
  }
  const e = parsed.data
  return {
    host: e.HOST,
    port: e.PORT,
    savedModels: e.LLIMIT_SAVED_MODELS,
    encoderRoots: [e.LLIMIT_SAVED_MODELS, SHIPPED_MODELS],
    maxLoadedModels: e.LLIMIT_MAX_LOADED_MODELS,
    preload: e.LLIMIT_PRELOAD,
    enginePreference: { engine: e.LLIMIT_ENGINE, precision: e.LLIMIT_PRECISION },
    cache: { bytes: e.LLIMIT_CACHE_MB * MEBIBYTE, redisUrl: e.LLIMIT_REDIS_URL },
    maxQueuedTokens: e.LLIMIT_MAX_QUEUED_TOKENS,
    limits: {
      bodyBytes: e.LLIMIT_MAX_BODY_MB * MEBIBYTE,
      prompts: e.LLIMIT_MAX_PROMPTS,
      llms: e.LLIMIT_MAX_LLMS,
      promptChars: e.LLIMIT_MAX_PROMPT_CHARS,
      timeoutMs: e.LLIMIT_TIMEOUT_S * 1000,
    },
    logLevel: e.LLIMIT_LOG_LEVEL,
  }
}
