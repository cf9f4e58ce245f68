import type { Writable } from 'node:stream'

import winston from 'winston'
import type { Logger } from 'winston'

import type { Config } from './config/config.js'
import type { LogFormat } from './config/settings.js'
import { LLimitError, MAX_CAUSES } from './errors.js'

/** Digits of a number in text; JSON has all of them. */
const DIGITS = 4

interface LogOptions {
  /** Write nothing; for tests. */
  silent?: boolean
  /** Where the lines go; standard output by default. */
  stream?: Writable & { isTTY?: boolean }
  format?: LogFormat
}

/**
 * Creates the log: one JSON object per line with `timestamp`, `level`, `message` and the fields given, or the same as text.
 * A thrown value is given in the field `error` and written with its stack and its chain of causes.
 */
export function createLogger(level: Config['logLevel'], options: LogOptions = {}): Logger {
  const { stream = process.stdout, silent = false, format = 'auto' } = options
  const isText = format === 'text' || (format === 'auto' && stream.isTTY === true)
  const { combine, json, printf, timestamp } = winston.format
  const { Console, Stream } = winston.transports
  const settings = {
    level,
    silent,
    format: combine(timestamp(), describeErrorField(), isText ? printf(lineAsText) : json()),
    transports: options.stream === undefined ? new Console() : new Stream({ stream }),
  }
  return winston.createLogger(settings)
}

// JSON.stringify writes an Error as {}.
const describeErrorField = winston.format((info) =>
  'error' in info ? { ...info, error: describeError(info['error'], MAX_CAUSES) } : info,
)

function describeError(thrown: unknown, depth: number): unknown {
  if (!(thrown instanceof Error)) return thrown
  return {
    name: thrown.name,
    ...(thrown instanceof LLimitError && { code: thrown.code }),
    message: thrown.message,
    stack: thrown.stack,
    ...(thrown.cause !== undefined && depth > 0 && { cause: describeError(thrown.cause, depth - 1) }),
  }
}

/** `10:15:02 info  encoder ready: engine onnxruntime, precision fp32` */
export function lineAsText({ level, message, ...fields }: winston.Logform.TransformableInfo): string {
  const { timestamp, error, ...shown } = fields
  const time = new Date(String(timestamp)).toTimeString().slice(0, 'hh:mm:ss'.length)
  const parts = Object.entries(shown)
    .filter(([, value]) => !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => `${name} ${fieldAsText(value)}`)
  const about = parts.length > 0 ? `: ${parts.join(', ')}` : ''
  const trace = error === undefined ? '' : `\n${errorAsText(error)}`
  return `${time} ${level.padEnd(5)} ${String(message)}${about}${trace}`
}

function fieldAsText(value: unknown): string {
  if (typeof value === 'number' && !Number.isInteger(value)) return String(Number(value.toPrecision(DIGITS)))
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** The stacks of an error and its causes, which begin with name and message. */
function errorAsText(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error)
  const own = 'stack' in error ? String(error.stack) : JSON.stringify(error)
  return 'cause' in error ? `${own}\ncaused by ${errorAsText(error.cause)}` : own
}
