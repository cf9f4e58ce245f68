import cluster from 'node:cluster'

import type { Logger } from 'winston'
import { z } from 'zod'

import { readConfig } from '../config/config.js'
import { SETTINGS } from '../config/settings.js'
import type { Config, SettingFlags } from '../config/config.js'
import { LLimitError } from '../errors.js'
import { createLogger } from '../log.js'
import type { MetricValues } from '../telemetry/prometheus.js'
import type { SharedMetrics } from '../telemetry/sharedMetrics.js'
import { ProcessHub } from '../thread/processHub.js'
import { SharedPort } from '../thread/sharedPort.js'
import { superviseWorkers } from '../thread/workerProcesses.js'
import { defineCommand } from './commandLine/command.js'
import { settingFlags } from './commandLine/flags.js'
import type { Terminal } from './commandLine/terminal.js'
import { LogStream } from './logStream.js'
import { portError } from './portError.js'

/** How long a server that has ended waits for what is open yet. */
const LAST_WORDS_MS = 500

export const command = defineCommand({
  description:
    'Serves the API. The port is opened at once; a request that comes while models are loaded waits for them. On SIGTERM or ' +
    'SIGINT the requests that have begun are answered, then it ends; a second signal ends it at once. --json prints the address and sends the log to stderr; ' +
    '--quiet logs warnings and errors only.',
  examples: [
    'llimit serve',
    'llimit serve --port 9000 --host 127.0.0.1 --saved-models models --preload dense_network/my-model',
  ],
  flags: z.object(settingFlags(...SETTINGS.keyof().exclude(['cacheDir', 'apiKeys']).options)),
  stopsItself: true,
  run: (flags, terminal) =>
    serve(flags, terminal).finally(() => {
      // The channel to the first of several processes would keep this one alive when all else has ended, and so would lines
      // of the log that nobody reads.
      process.channel?.unref()
      setTimeout(() => process.exit(), LAST_WORDS_MS).unref()
    }),
})

async function serve(flags: SettingFlags, terminal: Terminal): Promise<void> {
  const { signal, json, quiet } = terminal
  const whole = readConfig(flags)
  const config = cluster.isWorker ? shareOf(whole) : whole
  const stream = new LogStream(json ? process.stderr : process.stdout, (bytes) =>
    log.warn('lines of the log were dropped: nobody read them', { bytes }),
  )
  const log: Logger = createLogger(quiet ? 'warn' : config.logLevel, { format: config.logFormat, stream })
  if (config.workers > 1 && cluster.isPrimary) return serveInWorkers(config, signal, log)
  // Whoever starts the others needs none of it.
  const { serveRequests } = await import('./serveRequests.js')
  await serveRequests(config, terminal, { log, stream })
}

/**
 * @throws LLimitError CONFLICT if the port is in use, INVALID_CONFIG if it cannot be opened for another reason, or if a process
 * ends before it takes connections; it has said why.
 */
async function serveInWorkers(
  { workers: count, host, port }: Config,
  stop: AbortSignal,
  log: Logger,
): Promise<void> {
  const onExit = (exit: object) => log.warn('server process exited; another one starts', exit)
  let metrics: Promise<SharedMetrics> | undefined
  new ProcessHub({
    metrics: async (answers) => {
      metrics ??= openSharedMetrics()
      return (await metrics).text(answers as ReadonlyMap<number, MetricValues[] | undefined>)
    },
    problems: (answers) => [...new Set([...answers.values()].flatMap(problemsIn))],
  })
  const shared = await SharedPort.open(host, port, stop).catch((cause: unknown) => {
    throw portError(cause, { host, port })
  })
  const code = await superviseWorkers(count, stop, { onExit }).finally(() => shared.close())
  if (code !== 0) throw new LLimitError('INVALID_CONFIG', 'cannot serve: a process ended before it listened')
}

/** Imported when somebody asks for them: whoever starts the others does so at once. */
async function openSharedMetrics(): Promise<SharedMetrics> {
  const { SharedMetrics } = await import('../telemetry/sharedMetrics.js')
  return new SharedMetrics()
}

/** What one of several processes says of itself; one that says nothing is one. */
function problemsIn(answer: unknown): string[] {
  return answer === undefined
    ? ['One of the server processes does not answer']
    : z.array(z.string()).parse(answer)
}

/** What one of several processes may take: memory, queue and connections are limits of the whole server. */
function shareOf(config: Config): Config {
  const { workers, cache, limits, outcomes } = config
  const share = (whole: number) => Math.ceil(whole / workers)
  return {
    ...config,
    cache: { ...cache, bytes: Math.floor(cache.bytes / workers) },
    outcomes: { ...outcomes, maxBytes: Math.floor(outcomes.maxBytes / workers) },
    limits: {
      ...limits,
      queuedTokens: share(limits.queuedTokens),
      requests: share(limits.requests),
      bytesInFlight: share(limits.bytesInFlight),
      connections: share(limits.connections),
    },
  }
}
