import { readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

import { z } from 'zod'

import type { EngineName, Precision } from '../engines.js'
import { LLimitError } from '../errors.js'
import { describeIssues } from '../validation.js'
import { doorsOf } from './doors.js'
import type { Doors } from './doors.js'
import { limitsOf } from './limits.js'
import type { Limits } from './limits.js'
import { entriesOf, variableOf } from './setting.js'
import { flagOf, ROOT, SETTINGS, SHIPPED_MODELS } from './settings.js'
import type { LogFormat, SettingName } from './settings.js'
import { unknownVariables } from './unknownVariables.js'

/**
 * ONNX Runtime otherwise keeps an identifier of the machine in the user's folder and tells Microsoft what it computes. Its
 * library reads this when it is loaded, from the environment of the process: a thread can only change its own copy.
 */
process.env['ORT_DISABLE_TELEMETRY'] = '1'

const MEBIBYTE = 2 ** 20

/** Of this program. */
export const { version: VERSION } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')))

/** What the operator wants to compute with; `auto` is the fastest engine that works. */
export interface EnginePreference {
  engine: EngineName | 'auto'
  precision: Precision
}

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
  /** Saved models that are loaded at the start, so that the first request is as fast as the next. */
  preload: string[]
  /** Saved model of a request that need not name one. */
  defaultModel: string
  decisions: {
    /** As `parseObjective` reads it. */
    objective: string
    tiersFile: string | undefined
    /** Milliseconds until the request of a gateway is cancelled. */
    timeoutMs: number
  }
  /** File of prices that win over the shipped ones. */
  prices: string | undefined
  /** Folder of the log of reported outcomes, its size in bytes, and whether it has the texts of prompts. */
  outcomes: { log: string | undefined; maxBytes: number; keepsPrompts: boolean }
  /** Undefined if nothing is compared; `log` is a folder, `share` of the time of a core in (0, 1]. */
  shadow: { live: string; shadow: string; log: string; share: number } | undefined
  enginePreference: EnginePreference
  /** By how much threads of engines are lower in priority, see `lowerPriority`. */
  engineNice: number
  cache: { bytes: number; redisUrl: string | undefined }
  /** Folder for what can be computed again, and whether somebody chose it. */
  cacheDir: { path: string; isChosen: boolean }
  limits: Limits
  /** Milliseconds from SIGTERM until nothing is accepted, and from then until what has begun is cut. */
  stop: { pauseMs: number; deadlineMs: number }
  doors: Doors
  /** Files of public keys; saved models need no signature if there is none. */
  trustedKeys: string[]
  logLevel: 'error' | 'warn' | 'info' | 'debug'
  logFormat: LogFormat
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
  const faults = [
    ...unknownVariables(env, names.map(variableOf)),
    ...names.flatMap((name) => faultOf(name, given[name], flags)),
  ]
  if (faults.length > 0) {
    const isFlag = names.some(
      (name) => flags[name] !== undefined && faultOf(name, given[name], flags).length > 0,
    )
    throw new LLimitError(isFlag ? 'INVALID_ARGUMENT' : 'INVALID_CONFIG', faults.join('; '))
  }
  const settings = SETTINGS.parse(given)
  return {
    host: settings.host,
    port: settings.port,
    workers: settings.workers,
    savedModels: settings.savedModels,
    encoderRoots: [settings.savedModels, SHIPPED_MODELS],
    maxLoadedModels: settings.maxLoadedModels,
    preload: entriesOf(settings.preload),
    defaultModel: settings.defaultModel,
    decisions: {
      objective: settings.objective,
      tiersFile: settings.tiers,
      timeoutMs: settings.gatewayTimeoutMs,
    },
    prices: settings.prices,
    outcomes: {
      log: settings.outcomesLog,
      maxBytes: settings.outcomesLogMb * MEBIBYTE,
      keepsPrompts: settings.keepPrompts === 'yes',
    },
    shadow: shadowOf(settings),
    enginePreference: { engine: settings.engine, precision: settings.precision },
    engineNice: settings.engineNice,
    cache: { bytes: settings.cacheMb * MEBIBYTE, redisUrl: settings.redisUrl },
    cacheDir: {
      path: settings.cacheDir ?? path.join(userCache(env), 'llimit'),
      isChosen: settings.cacheDir !== undefined,
    },
    limits: limitsOf(settings),
    stop: { pauseMs: settings.stopPauseS * 1000, deadlineMs: settings.stopDeadlineS * 1000 },
    doors: doorsOf(settings),
    trustedKeys: entriesOf(settings.trustedKeys),
    logLevel: settings.logLevel,
    logFormat: settings.logFormat,
  }
}

function shadowOf({ shadow: pair, shadowLog: log, shadowPercent }: z.output<typeof SETTINGS>) {
  if (pair === undefined) return undefined
  if (log === undefined) {
    const message = `${variableOf('shadow')}: expected ${variableOf('shadowLog')} too, the folder of what is found, got none`
    throw new LLimitError('INVALID_CONFIG', message)
  }
  const [live = '', shadow = ''] = pair.split('=')
  return { live, shadow, log, share: shadowPercent / 100 }
}

/** An empty variable is how a compose file says "not set"; for the preloaded model it means "none". */
function valueOf(name: SettingName, env: Environment): string | undefined {
  const value = env[variableOf(name)]
  return value === '' && name !== 'preload' ? undefined : value
}

/** Of the person that runs a command; a folder for temporary files if there is none. */
function userCache(env: Environment): string {
  const chosen = env['XDG_CACHE_HOME']
  if (chosen !== undefined && path.isAbsolute(chosen)) return chosen
  const home = env['HOME'] ?? env['USERPROFILE']
  return home === undefined ? os.tmpdir() : path.join(home, '.cache')
}

/** They may hold a password. */
const SECRETS: readonly SettingName[] = ['redisUrl', 'apiKeys']

function faultOf(name: SettingName, value: string | undefined, flags: SettingFlags): string[] {
  const label = flags[name] === undefined ? variableOf(name) : flagOf(name)
  const isBlank = value !== undefined && value !== '' && value.trim() === ''
  if (isBlank) return [`${label}: expected a value, got blanks`]
  const { error } = SETTINGS.shape[name].safeParse(value, { reportInput: !SECRETS.includes(name) })
  return error === undefined ? [] : [describeIssues(error, label)]
}

/** Has TensorFlow's native library print warnings and errors only; it reads the variable when it is loaded, in any thread. */
export function quietNativeTensorflow(environment: NodeJS.ProcessEnv = process.env): void {
  environment['TF_CPP_MIN_LOG_LEVEL'] ??= '1'
}

/** The value of a variable that somebody has named, such as that of a key; undefined if it is not set or empty. */
export function secretIn(variable: string, env: Environment = process.env): string | undefined {
  const value = env[variable]?.trim()
  return value === '' ? undefined : value
}

/** The environment of a program that must not see some variables. */
export function environmentWithout(
  variables: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !variables.includes(name)))
}
