import { readConfig } from './config.js'
import { messageOf } from './errors.js'
import { createApp } from './http/app.js'
import { startServer } from './http/server.js'
import { createLogger } from './log.js'
import { openService } from './wiring.js'

const VERSION = '1.0.0'

/** Opens the service, listens, and on SIGTERM or SIGINT answers what has begun before it ends. */
async function main(): Promise<void> {
  const config = readConfig()
  const log = createLogger(config.logLevel)
  const service = await openService(config, log)
  await service.preload(config.preload)
  const app = createApp({ service: service.selection, limits: config.limits, version: VERSION, log })
  const server = await startServer(app, config)
  log.info('listening', { host: config.host, port: server.port })

  let stopping = false
  const stop = (signal: string) => {
    if (stopping) return
    stopping = true
    log.info('stopping', { signal })
    void server.close().then(service.close)
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

main().catch((error: unknown) => {
  process.stderr.write(`cannot start: ${messageOf(error)}\n`)
  process.exit(1)
})
