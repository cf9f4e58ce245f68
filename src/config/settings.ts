import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { z } from 'zod'

import { ENGINES, PRECISIONS } from '../engines.js'
import { integer } from '../validation.js'
import { DOOR_SETTINGS } from './doors.js'
import { LIMIT_SETTINGS } from './limits.js'
import { STOP_SETTINGS } from './operation.js'
import { entries, setting } from './setting.js'

/** The folder with package.json; compiled files lie in dist/src/config. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
export const SHIPPED_MODELS = path.join(ROOT, 'saved_models')
export const SHIPPED_PRICES = path.join(SHIPPED_MODELS, 'prices.json')
const SHIPPED = 'dense_network/default'

/** The form of a name of a saved model; whether there is one is known when it is loaded. */
const MODEL = /^[^/,]+\/[^,]+$/

/** `auto` is text on a terminal, else JSON. */
const LOG_FORMATS = ['auto', 'json', 'text'] as const
export type LogFormat = (typeof LOG_FORMATS)[number]

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
  preload: setting(
    entries(MODEL, `expected names such as ${SHIPPED}, with commas between them`).default(SHIPPED),
    'models',
    'saved models to load at the start, with commas between them; empty: none',
  ),
  defaultModel: setting(
    z.string().regex(MODEL, `expected a name such as ${SHIPPED}`).default(SHIPPED),
    'model',
    'that of requests that name none',
  ),
  objective: setting(
    z.string().min(1).default('sufficient'),
    'objective',
    'what /v1/systemone, /v1/decisions and /classify choose by, such as value:dollars=0.01',
  ),
  tiers: setting(
    z.string().min(1).optional(),
    'file',
    'JSON file that says which LLMs the tiers of a gateway stand for',
  ),
  gatewayTimeoutMs: setting(
    integer(1, 86_400_000).default(3000),
    'milliseconds',
    'time after which a gateway gets no answer any more',
  ),
  prices: setting(
    z.string().min(1).optional(),
    'file',
    'JSON file of prices of LLMs, which win over those that are shipped',
  ),
  outcomesLog: setting(
    z.string().min(1).optional(),
    'folder',
    'folder of the log of reported outcomes; none are taken if not set',
  ),
  outcomesLogMb: setting(
    integer(1, 1_000_000).default(1024),
    'MiB',
    'size of that log; the oldest outcomes are deleted beyond',
  ),
  keepPrompts: setting(
    z.enum(['no', 'yes']).default('no'),
    'choice',
    'whether that log has the texts of prompts: no, yes',
  ),
  shadow: setting(
    z
      .string()
      .regex(/^[^/,]+\/[^,=]+=[^/,=]+\/[^,=]+$/, `expected two saved models such as ${SHIPPED}=${SHIPPED}@2`)
      .optional(),
    'model=model',
    'a saved model, and another that is compared with it on what it is asked, after it has answered',
  ),
  shadowLog: setting(z.string().min(1).optional(), 'folder', 'folder of what is found by that'),
  shadowPercent: setting(
    integer(1, 100).default(5),
    'percent',
    'time of a core that it may take; what it has no time for is not compared',
  ),
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
  engineNice: setting(
    integer(0, 19).default(5),
    'integer',
    'by how much threads that compute are lower in priority than those that answer, on Linux; 0: not',
  ),
  cacheMb: setting(
    integer(0, 1_000_000).default(64),
    'MiB',
    'memory for embeddings of prompts seen before; 0: none',
  ),
  trustedKeys: setting(
    entries(/./, 'expected files, with commas between them').default(''),
    'files',
    'files of public keys, with commas between them: saved models must be signed by one of them',
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
  ...LIMIT_SETTINGS,
  ...STOP_SETTINGS,
  ...DOOR_SETTINGS,
  logLevel: setting(
    z.enum(['error', 'warn', 'info', 'debug']).default('info'),
    'level',
    'error, warn, info (a line a request) or debug (each truncation)',
  ),
  logFormat: setting(
    z.enum(LOG_FORMATS).default('auto'),
    'format',
    'json, text, or auto: text on a terminal, JSON lines elsewhere',
  ),
})

export type SettingName = keyof typeof SETTINGS.shape

/** `maxPrompts` -> `--max-prompts` */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}
