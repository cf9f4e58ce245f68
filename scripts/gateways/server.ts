import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'

const POLL_MS = 200
/** After which a server that was asked to end is killed. */
const STOP_MS = 20_000

export interface RunningServer {
  url: string
  send: (signal: NodeJS.Signals) => void
  close: () => Promise<void>
}

/** Starts the built server on loopback, and waits until it answers. */
export async function startServer({
  program,
  tiers,
  timeoutMs,
  flags: more = [],
  nodeFlags = [],
  log = 'inherit',
}: {
  program: string
  tiers: string
  timeoutMs: number
  flags?: readonly string[]
  /** Of Node. */
  nodeFlags?: readonly string[]
  /** What becomes of what it writes. */
  log?: 'inherit' | 'ignore'
}): Promise<RunningServer> {
  const port = await freePort()
  const flags = [
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--tiers',
    tiers,
    '--log-level',
    'warn',
    ...more,
  ]
  // A loaded machine may be slow; that is not what is tested here.
  const child = spawn(
    process.execPath,
    [...nodeFlags, program, 'serve', ...flags, '--gateway-timeout-ms', '60000'],
    {
      stdio: ['ignore', log, log],
    },
  )
  const end = () => child.kill('SIGKILL')
  process.once('exit', end)
  const url = `http://127.0.0.1:${port}`
  const deadline = Date.now() + timeoutMs
  while (!(await answers(url))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL')
      throw new Error(`expected ${program} to serve on ${url} within ${timeoutMs / 1000} s`)
    }
    await sleep(POLL_MS)
  }
  return {
    url,
    send: (signal) => child.kill(signal),
    close: async () => {
      process.off('exit', end)
      if (child.exitCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      const timer = setTimeout(end, STOP_MS)
      await ended
      clearTimeout(timer)
    },
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/ready`)).ok
  } catch {
    return false
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
