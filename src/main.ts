import { readConfig } from './config.js'
import { messageOf } from './errors.js'
import { createApp } from './http/app.js'
import { closeServer, startServer } from './http/server.js'
import { createLogger } from './log.js'
import { openService } from './wiring.js'

const VERSION = '1.0.0'

/** How long requests that have begun may take after SIGTERM; Docker kills after 10 seconds. */
const CLOSE_DEADLINE_MS = 9_000

/** Opens the service, listens, and on SIGTERM or SIGINT answers what has begun before it ends. */
async function main(): Promise<void> {
  const config = readConfig()
  const log = createLogger(config.logLevel)
  const service = await openService(config, log)
  await service.preload(config.preload)
  const app = createApp({ service: service.selection, limits: config.limits, version: VERSION, log })
  const server = await startServer(app, config.host, config.port)
  log.info('listening', { address: server.address() })

  let stopping = false
  const stop = (signal: string) => {
    if (stopping) return
    stopping = true
    log.info('stopping', { signal })
    void closeServer(server, CLOSE_DEADLINE_MS).then(service.close)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

main().catch((error: unknown) => {
  process.stderr.write(`cannot start: ${messageOf(error)}\n`)
  process.exit(1)
})
