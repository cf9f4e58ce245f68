import type { Logger } from 'winston'

import { readConfig } from './config.js'
import { messageOf } from './errors.js'
import { createApp } from './http/app.js'
import { closeServer, startServer } from './http/server.js'
import { createLogger } from './log.js'
import { openService } from './wiring.js'

const VERSION = '1.0.0'

/** How long requests that have begun may take after SIGTERM; Docker kills after 10 seconds, and threads take up to 2 to end. */
const CLOSE_DEADLINE_MS = 7_000

/** Opens the service, listens, and on SIGTERM or SIGINT answers what has begun before it ends. */
async function main(): Promise<void> {
  const config = readConfig()
  const log = createLogger(config.logLevel)
  const stopped = stopSignal(log)
  const service = await openService(config, log)
  await service.preload(config.preload)
  // What is begun is finished: a thread must not be ended while it opens its engine.
  if (stopped.aborted) return service.close()

  const app = createApp({ service: service.selection, limits: config.limits, version: VERSION, log })
  const server = await startServer(app, config.host, config.port)
  log.info('listening', { address: server.address() })
  whenAborted(stopped, () => void closeServer(server, CLOSE_DEADLINE_MS).then(service.close))
}

/** Aborted by the first SIGTERM or SIGINT. Without a handler from the start, a process that is the first of a container ignores both. */
function stopSignal(log: Logger): AbortSignal {
  const controller = new AbortController()
  const stop = (signal: string) => {
    if (controller.signal.aborted) return
    log.info('stopping', { signal })
    controller.abort()
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  return controller.signal
}

function whenAborted(signal: AbortSignal, action: () => void): void {
  if (signal.aborted) action()
  else signal.addEventListener('abort', action)
}

main().catch((error: unknown) => {
  process.stderr.write(`cannot start: ${messageOf(error)}\n`)
  process.exit(1)
})
