/**
 * Started by sharedPort.test.ts. The first of two processes holds a port, which it prints; the other takes a connection, is kept
 * busy until it hears of its end, and leaves at once: before it has taken what came meanwhile.
 */
import cluster from 'node:cluster'
import { once } from 'node:events'
import { writeSync } from 'node:fs'

import { PortMember } from '../../src/thread/portMember.js'
import { SharedPort } from '../../src/thread/sharedPort.js'

const BUSY_MS = 500

if (cluster.isPrimary) {
  const stop = new AbortController()
  const port = await SharedPort.open('127.0.0.1', 0, stop.signal)
  const worker = cluster.fork()
  process.once('SIGTERM', () => stop.abort())
  await once(worker, 'exit')
  port.close()
} else {
  let count = 0
  const member = new PortMember((socket) => {
    socket.end(`connection ${++count}`)
    if (count > 1) return
    writeSync(1, 'busy\n')
    const until = performance.now() + BUSY_MS
    while (performance.now() < until);
    void member.leave().then(() => process.channel?.unref())
  })
  const { port } = await member.join()
  writeSync(1, `${port}\n`)
}
