import cluster from 'node:cluster'
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'

import type { Logger } from 'winston'
import { z } from 'zod'

import { VERSION } from '../config/config.js'
import { ofSetting, variableOf } from '../config/setting.js'
import type { Config } from '../config/config.js'
import { messageOf } from '../errors.js'
import { AccessLog } from '../http/accessLog.js'
import { createApp } from '../http/app.js'
import type { DecisionSettings } from '../http/app.js'
import { parseObjective } from '../http/compactObjective.js'
import { observeUnparsed } from '../http/observe.js'
import type { ObserveUnparsed } from '../http/observe.js'
import { announceStop, closeServer, joinServer, startServer } from '../http/server.js'
import { Labels } from '../selection/labels.js'
import { readTiers } from '../selection/tiers.js'
import { Metrics } from '../telemetry/metrics.js'
import { ProcessMember } from '../thread/processMember.js'
import { openReportLog, openService } from '../wiring.js'
import type { Terminal } from './commandLine/terminal.js'
import type { LogStream } from './logStream.js'
import { portError } from './portError.js'

/** Serves until the terminal's signal is aborted, and answers what has begun by then. */
export async function serveRequests(
  config: Config,
  terminal: Terminal,
  { log, stream }: { log: Logger; stream: LogStream },
): Promise<void> {
  const { signal } = terminal
  const isText = config.logFormat === 'text' || (config.logFormat === 'auto' && stream.isTTY)
  const accessLog = log.isInfoEnabled() ? new AccessLog(stream, { isText }) : undefined
  // Also if a second signal ends it at once.
  if (accessLog !== undefined) process.on('exit', accessLog.flush)
  const decisions = await decisionSettings(config)
  const metrics = new Metrics(VERSION)
  const worker = cluster.worker === undefined ? 0 : cluster.worker.id
  const opened = await openService(config, log, metrics, worker)
  const { selection: service, preloaded, shadow, problems, close } = opened
  const { limits, defaultModel, doors, outcomes } = config
  const reportLog = await openReportLog(outcomes, worker)
  const own = {
    metrics: () => metrics.values(),
    problems: async () => {
      const found = signal.aborted ? ['The server is stopping'] : await problems()
      metrics.readiness(found.length === 0)
      return found
    },
  }
  const shared = cluster.isWorker ? new ProcessMember(own) : undefined
  const observed = {
    log,
    metrics,
    metricsText: async () => (shared === undefined ? metrics.text() : String(await shared.askAll('metrics'))),
    problems: async () =>
      shared === undefined ? own.problems() : stringsIn(await shared.askAll('problems')),
    ...(accessLog !== undefined && { accessLog }),
    ...(reportLog !== undefined && {
      reports: { log: reportLog, keepsPrompts: outcomes.keepsPrompts, shadow },
    }),
    ...(shadow !== undefined && { shadow }),
  }
  const app = createApp({ service, limits, doors, defaultModel, decisions, version: VERSION, ...observed })
  const { server, address } = await listen(app, config, observeUnparsed(accessLog, metrics))
  terminal.defer(close)
  if (reportLog !== undefined) terminal.defer(() => reportLog.close())

  const url = urlOf(address, config)
  if (isText) log.info(`Listening on ${url} (playground at /playground, docs at /docs)`)
  else log.info('listening', { url, address })
  // Of several processes the first speaks for all.
  if (cluster.isPrimary || cluster.worker?.id === 1)
    terminal.result({ url, docs: `${url}/docs`, playground: `${url}/playground` })

  const loaded = preloaded.load(signal).then(async () => {
    await metrics.open()
    await shadow?.prepare()
    if (signal.aborted || (await preloaded.problems()).length > 0) return
    // It would load the default model.
    if (config.preload.length > 0) await warnOfTiers(new Labels(service, { ...decisions, defaultModel }), log)
    log.info('ready')
  })
  if (!signal.aborted) await once(signal, 'abort')
  log.info('stopping', { signal: String(signal.reason) })
  announceStop(server)
  // Ctrl-C is a person who waits; SIGTERM comes from what starts and stops servers, and takes a while to see that one stops.
  if (signal.reason === 'SIGTERM') await setTimeout(config.stop.pauseMs)
  await closeServer(server, config.stop.deadlineMs)
  // What is begun is finished: a thread must not be ended while it opens its engine.
  await loaded
}

/** @throws LLimitError INVALID_CONFIG for the objective, INVALID_FILE for the tiers. */
async function decisionSettings({ decisions }: Config): Promise<DecisionSettings> {
  const { objective, tiersFile, timeoutMs } = decisions
  return {
    ...parseObjective(objective, variableOf('objective')),
    tiers: await ofSetting('tiers', readTiers(tiersFile)),
    timeoutMs,
  }
}

/** An LLM that is not known to the default model need not stop a server: the model may be replaced while it runs. */
async function warnOfTiers(labels: Labels, log: Logger): Promise<void> {
  try {
    for (const fault of await labels.unknownTiers()) log.warn('tier cannot be answered', fault)
  } catch (error) {
    log.warn('tiers not checked', { reason: messageOf(error) })
  }
}

function stringsIn(answer: unknown): string[] {
  return z.array(z.string()).parse(answer)
}

/** @throws LLimitError CONFLICT if the port is in use, INVALID_CONFIG if it cannot be opened for another reason. */
async function listen(
  app: Parameters<typeof startServer>[0],
  { host, port, limits }: Config,
  observe: ObserveUnparsed,
): Promise<{ server: Server; address: AddressInfo }> {
  if (cluster.isWorker) return joinServer(app, limits, observe)
  try {
    const server = await startServer(app, host, port, limits, observe)
    return { server, address: server.address() as AddressInfo }
  } catch (cause) {
    throw portError(cause, { host, port })
  }
}

/** As a browser on this machine finds it. */
function urlOf({ port }: AddressInfo, { host }: Config): string {
  const isAny = host === '0.0.0.0' || host === '::'
  return `http://${isAny ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${port}`
}
