import { Writable } from 'node:stream'

import type { Logger } from 'winston'

import { createLogger } from '../../../src/log.js'

/** A log whose lines can be read: `<level>: <message>`. */
export function recordedLog(): { log: Logger; lines: string[] } {
  const lines: string[] = []
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      const { level, message } = JSON.parse(chunk.toString()) as { level: string; message: string }
      lines.push(`${level}: ${message}`)
      done()
    },
  })
  return { log: createLogger('info', { stream }), lines }
}
