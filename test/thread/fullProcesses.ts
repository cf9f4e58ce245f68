/**
 * Started by sharedPort.test.ts with few descriptors. The first of two processes holds a port, which it prints; the other has no
 * descriptor left when it has printed that it is full, until it gets SIGUSR2.
 */
import cluster from 'node:cluster'
import { once } from 'node:events'
import { closeSync, openSync, writeSync } from 'node:fs'

import { PortMember } from '../../src/thread/portMember.js'
import { SharedPort } from '../../src/thread/sharedPort.js'

if (cluster.isPrimary) {
  const stop = new AbortController()
  const port = await SharedPort.open('127.0.0.1', 0, stop.signal)
  const worker = cluster.fork()
  process.once('SIGTERM', () => {
    stop.abort()
    worker.kill('SIGKILL')
  })
  await once(worker, 'exit')
  port.close()
} else {
  const member = new PortMember((socket) => socket.end('taken'))
  const { port } = await member.join()
  const opened: number[] = []
  process.on('SIGUSR2', () => {
    for (const descriptor of opened) closeSync(descriptor)
    writeSync(1, 'free\n')
  })
  writeSync(1, `${port} ${process.pid}\n`)
  try {
    for (;;) opened.push(openSync('/dev/null', 'r'))
  } catch {
    writeSync(1, 'full\n')
  }
}
