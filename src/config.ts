import { readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { z } from 'zod'

import { ENGINES, PRECISIONS } from './engines.js'
import type { EngineName, Precision } from './engines.js'
import { LLimitError } from './errors.js'
import { describeIssues, integer } from './validation.js'

declare module 'zod' {
  interface GlobalMeta {
    /** Of a flag or setting: stands for its value in the help. */
    placeholder?: string
  }
}

/**
 * ONNX Runtime otherwise keeps an identifier of the machine in the user's folder and tells Microsoft what it computes. Its
 * library reads this when it is loaded, from the environment of the process: a thread can only change its own copy.
 */
process.env['ORT_DISABLE_TELEMETRY'] = '1'

const MEBIBYTE = 2 ** 20

/** The folder with package.json; compiled files lie in dist/src. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const SHIPPED_MODELS = path.join(ROOT, 'saved_models')
const SHIPPED = 'dense_network/default'

/** Of this program. */
export const { version: VERSION } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')))

/** What the operator wants to compute with; `auto` is the fastest engine that works. */
export interface EnginePreference {
  engine: EngineName | 'auto'
  precision: Precision
}

/** `auto` is text on a terminal, else JSON. */
const LOG_FORMATS = ['auto', 'json', 'text'] as const
export type LogFormat = (typeof LOG_FORMATS)[number]

function setting<S extends z.ZodType>(schema: S, placeholder: string, description: string): S {
  return schema.meta({ placeholder, description })
}

/** Every setting: a variable of the environment (`variableOf`) and a flag of the commands that use it. */
export const SETTINGS = z.object({
  host: setting(z.string().min(1).default('0.0.0.0'), 'address', 'address to listen on'),
  port: setting(integer(0, 65_535).default(8000), 'integer', 'port to listen on; 0 takes any free one'),
  savedModels: setting(
    z.string().min(1).default(SHIPPED_MODELS),
    'folder',
    'folder of saved models and encoders',
  ),
  workers: setting(
    integer(1, 256).default(1),
    'integer',
    'server processes on the same port; cache and queue are divided among them',
  ),
  maxLoadedModels: setting(
    integer(1, 1000).default(4),
    'integer',
    'saved models in memory; the least recently used one is evicted',
  ),
  preload: setting(z.string().default(SHIPPED), 'model', 'saved model to load at the start; empty: none'),
  defaultModel: setting(z.string().min(1).default(SHIPPED), 'model', 'that of /rank and /llms by default'),
  engine: setting(
    z.enum(['auto', ...ENGINES]).default('auto'),
    'name',
    `engine of the encoder: auto, ${ENGINES.join(', ')}`,
  ),
  precision: setting(
    z.enum(PRECISIONS).default('fp32'),
    'name',
    `number format of the encoder: ${PRECISIONS.join(', ')}; fp32 if no engine has it`,
  ),
  cacheMb: setting(
    integer(0, 1_000_000).default(64),
    'MiB',
    'memory for embeddings of prompts seen before; 0: none',
  ),
  redisUrl: setting(
    z.url({ protocol: /^rediss?$/, error: 'expected a redis:// or rediss:// URL' }).optional(),
    'url',
    'Redis as a second level of that cache, shared by several servers',
  ),
  cacheDir: setting(
    z.string().min(1).optional(),
    'folder',
    'folder for embeddings and interrupted trainings; a folder llimit of the user’s cache if not set',
  ),
  maxQueuedTokens: setting(
    integer(1, 1_000_000_000).default(131_072),
    'integer',
    'tokens that may wait for the encoder before requests get 429',
  ),
  timeoutS: setting(integer(1, 86_400).default(300), 'seconds', 'time after which a request gets 504'),
  maxBodyMb: setting(integer(1, 1024).default(16), 'MiB', 'size of a request body'),
  maxPrompts: setting(integer(1, 100_000).default(2048), 'integer', 'prompts of one request'),
  maxLlms: setting(integer(1, 100_000).default(1024), 'integer', 'LLMs of one request'),
  maxPromptChars: setting(
    integer(1, 100_000_000).default(200_000),
    'integer',
    'length of one prompt in UTF-16 units',
  ),
  logLevel: setting(
    z.enum(['error', 'warn', 'info', 'debug']).default('info'),
    'level',
    'error, warn, info or debug (each request, each truncation)',
  ),
  logFormat: setting(
    z.enum(LOG_FORMATS).default('auto'),
    'format',
    'json, text, or auto: text on a terminal, JSON lines elsewhere',
  ),
})

export type SettingName = keyof typeof SETTINGS.shape

/** Settings as they were typed on the command line; they win over the environment. */
export type SettingFlags = Partial<Record<SettingName, string | undefined>>

export interface Config {
  host: string
  port: number
  /** Server processes that share the port. */
  workers: number
  savedModels: string
  /** Folders that may hold `encoders/`, in the order in which they are searched. */
  encoderRoots: string[]
  maxLoadedModels: number
  /** Saved model that is loaded at the start, so that the first request is as fast as the next; or ''. */
  preload: string
  /** Saved model of a request that need not name one. */
  defaultModel: string
  enginePreference: EnginePreference
  cache: { bytes: number; redisUrl: string | undefined }
  /** Folder for what can be computed again, and whether somebody chose it. */
  cacheDir: { path: string; isChosen: boolean }
  /** Tokens that may be queued for an encoder before requests are rejected. */
  maxQueuedTokens: number
  limits: Limits
  logLevel: 'error' | 'warn' | 'info' | 'debug'
  logFormat: LogFormat
}

/** What one request may ask for, and how long it may take. */
export interface Limits {
  bodyBytes: number
  prompts: number
  llms: number
  /** Length of one prompt in UTF-16 units, the `.length` of a JavaScript string. */
  promptChars: number
  /** Milliseconds until it is cancelled. */
  timeoutMs: number
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the configuration; the only reader of `process.env`.
 * @throws LLimitError INVALID_ARGUMENT for a flag, INVALID_CONFIG for a variable; it names each that is invalid and what
 * it holds.
 */
export function readConfig(flags: SettingFlags = {}, env: Environment = process.env): Config {
  const names = SETTINGS.keyof().options
  const given = Object.fromEntries(names.map((name) => [name, flags[name] ?? valueOf(name, env)]))
  const invalid = names.filter((name) => !SETTINGS.shape[name].safeParse(given[name]).success)
  if (invalid.length > 0) throw invalidSettings(invalid, given, flags)
  const settings = SETTINGS.parse(given)
  return {
    host: settings.host,
    port: settings.port,
    workers: settings.workers,
    savedModels: settings.savedModels,
    encoderRoots: [settings.savedModels, SHIPPED_MODELS],
    maxLoadedModels: settings.maxLoadedModels,
    preload: settings.preload,
    defaultModel: settings.defaultModel,
    enginePreference: { engine: settings.engine, precision: settings.precision },
    cache: { bytes: settings.cacheMb * MEBIBYTE, redisUrl: settings.redisUrl },
    cacheDir: {
      path: settings.cacheDir ?? path.join(userCache(env), 'llimit'),
      isChosen: settings.cacheDir !== undefined,
    },
    maxQueuedTokens: settings.maxQueuedTokens,
    limits: {
      bodyBytes: settings.maxBodyMb * MEBIBYTE,
      prompts: settings.maxPrompts,
      llms: settings.maxLlms,
      promptChars: settings.maxPromptChars,
      timeoutMs: settings.timeoutS * 1000,
    },
    logLevel: settings.logLevel,
    logFormat: settings.logFormat,
  }
}

/** `maxPrompts` -> `LLIMIT_MAX_PROMPTS`; host and port go by the names that every hosting platform sets. */
export function variableOf(name: SettingName): string {
  const upper = name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
  return name === 'host' || name === 'port' ? upper : `LLIMIT_${upper}`
}

/** A blank variable is how a compose file says "not set"; for the preloaded model it means "none". */
function valueOf(name: SettingName, env: Environment): string | undefined {
  const value = env[variableOf(name)]
  return value?.trim() === '' && name !== 'preload' ? undefined : value
}

/** Of the person that runs a command; a folder for temporary files if there is none. */
function userCache(env: Environment): string {
  const chosen = env['XDG_CACHE_HOME']
  if (chosen !== undefined && path.isAbsolute(chosen)) return chosen
  const home = env['HOME'] ?? env['USERPROFILE']
  return home === undefined ? os.tmpdir() : path.join(home, '.cache')
}

/** `maxPrompts` -> `--max-prompts` */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

function invalidSettings(
  names: readonly SettingName[],
  given: Readonly<Record<string, string | undefined>>,
  flags: SettingFlags,
): LLimitError {
  const isFlag = (name: SettingName) => flags[name] !== undefined
  const messages = names.map((name) => {
    // A URL may hold a password.
    const { error } = SETTINGS.shape[name].safeParse(given[name], { reportInput: name !== 'redisUrl' })
    const label = isFlag(name) ? flagOf(name) : variableOf(name)
    return error === undefined ? label : describeIssues(error, label)
  })
  return new LLimitError(names.some(isFlag) ? 'INVALID_ARGUMENT' : 'INVALID_CONFIG', messages.join('; '))
}

/** Has TensorFlow's native library print warnings and errors only; it reads the variable when it is loaded, in any thread. */
export function quietNativeTensorflow(environment: NodeJS.ProcessEnv = process.env): void {
  environment['TF_CPP_MIN_LOG_LEVEL'] ??= '1'
}
