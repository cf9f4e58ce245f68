import type { Writable } from 'node:stream'

import winston from 'winston'
import type { Logger } from 'winston'

import type { Config } from './config.js'
import { LLimitError } from './errors.js'

/** Causes are followed this deep: more than real chains have, and an end for a chain that bites its tail. */
const DEEPEST_CAUSE = 8

interface LogOptions {
  /** Write nothing; for tests. */
  silent?: boolean
  /** Where the lines go; standard output by default. */
  stream?: Writable
}

/**
 * Creates the log: one JSON object per line with `timestamp`, `level`, `message` and the fields given. A thrown value is
 * given in the field `error` and written with its stack and its chain of causes.
 */
export function createLogger(level: Config['logLevel'], options: LogOptions = {}): Logger {
  const { stream, silent = false } = options
  const { Console, Stream } = winston.transports
  const settings = {
    level,
    silent,
    format: winston.format.combine(winston.format.timestamp(), describeErrorField(), winston.format.json()),
    transports: stream === undefined ? new Console() : new Stream({ stream }),
  }
  return winston.createLogger(settings)
}

// JSON.stringify writes an Error as {}.
const describeErrorField = winston.format((info) =>
  'error' in info ? { ...info, error: describeError(info['error'], DEEPEST_CAUSE) } : info,
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
