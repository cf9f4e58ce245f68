import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createConnection, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

import { expect } from 'chai'

import { SharedPort } from '../../src/thread/sharedPort.js'
import { LogLines } from '../cli/logLines.js'
import { rejection } from '../rejection.js'

describe('SharedPort', () => {
  it('gives the last process all connections that came before the port was closed', async () => {
    const program = fileURLToPath(new URL('portProcesses.js', import.meta.url))
    const first = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] })
    const exit = once(first, 'exit')
    const lines = new LogLines(first.stdout)
    const port = Number(await lines.until((line) => /^\d+$/.test(line)))
    const connect = () => createConnection(port, '127.0.0.1')
    const answers = [text(connect())]
    await lines.until((line) => line === 'busy')
    // The first process accepts them, and must wait until the other is free.
    const sockets = Array.from({ length: 5 }, connect)
    answers.push(...sockets.map(text))
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    first.kill('SIGTERM')
    expect(new Set(await Promise.all(answers))).to.deep.equal(
      new Set([1, 2, 3, 4, 5, 6].map((number) => `connection ${number}`)),
    )
    expect(await exit).to.deep.equal([0, null])
    const refused = await rejection(once(connect(), 'connect'))
    expect(refused).to.have.property('code', 'ECONNREFUSED')
  })

  it('gives a process connections again when it has descriptors for them again (fault 10)', async function () {
    if (process.platform === 'win32') this.skip()
    const program = fileURLToPath(new URL('fullProcesses.js', import.meta.url))
    const command = 'ulimit -n 64; exec "$0" "$1"'
    const first = spawn('bash', ['-c', command, process.execPath, program], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const exit = once(first, 'exit')
    const lines = new LogLines(first.stdout)
    const [port, pid] = (await lines.until((line) => /^\d+ \d+$/.test(line))).split(' ').map(Number)
    const ask = () => text(createConnection({ port: port ?? 0, host: '127.0.0.1' })).catch(() => 'lost')
    await lines.until((line) => line === 'full')
    for (const answer of await Promise.all([ask(), ask(), ask()])) expect(answer).to.be.oneOf(['', 'lost'])
    process.kill(pid ?? 0, 'SIGUSR2')
    await lines.until((line) => line === 'free')
    expect(await Promise.all([ask(), ask(), ask()])).to.deep.equal(['taken', 'taken', 'taken'])
    first.kill('SIGTERM')
    expect(await exit).to.deep.equal([0, null])
  })

  it('says that a port is in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    const error = await rejection(SharedPort.open('127.0.0.1', port, AbortSignal.abort()))
    taken.close()
    expect(error).to.have.property('code', 'EADDRINUSE')
  })
})
