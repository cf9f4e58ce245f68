import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { CACHE } from '../paths.js'
import type { SystemUnderTest, ServerCommand } from './systemUnderTest.js'

/** PyTorch takes tens of seconds to be imported from a cold disk. */
const READY_DEADLINE_MS = 180_000
const STOP_DEADLINE_MS = 15_000
const PROBE_MS = 20

/** A server in a process of its own. */
export interface RunningServer {
  origin: string
  /** Milliseconds from its start to its first answer to a prompt. */
  readyMs: number
  /** What it has printed so far. */
  log(): string
  /** Why it ended, if it did. */
  ended(): string | undefined
  /** Stops it while another system is measured; nothing else of its state changes. */
  pause(): void
  resume(): void
  /** Resident memory now and at its peak, in MiB; undefined if it has ended. */
  memory(): { now: number; peak: number } | undefined
  stop(): Promise<void>
}

/** @throws Error with the end of what it printed if it does not become ready. */
export async function startServer({
  name,
  start,
  path: route,
  body,
}: Pick<SystemUnderTest, 'name' | 'start' | 'path' | 'body'>): Promise<RunningServer> {
  const port = await freePort()
  const logFile = path.join(CACHE, 'logs', `${name.replaceAll(/[^\w.-]+/g, '-')}.log`)
  const server = launch(start(port), port, logFile)
  try {
    const begin = performance.now()
    await waitUntilReady(server)
    // Some servers listen before their model is loaded.
    await firstAnswer(`${server.origin}${route}`, body(['first'], 1))
    return { ...server, readyMs: performance.now() - begin }
  } catch (error) {
    await server.stop()
    throw error
  }
}

function launch(
  { command, args, env }: ServerCommand,
  port: number,
  logFile: string,
): Omit<RunningServer, 'readyMs'> {
  mkdirSync(path.dirname(logFile), { recursive: true })
  const output = openSync(logFile, 'w')
  const child = spawn(command, args, {
    stdio: ['ignore', output, output],
    env: { ...process.env, ...env },
    // A group of its own, so that a signal reaches all of its processes.
    detached: true,
  })
  closeSync(output)
  const log = () => readFileSync(logFile, 'utf8')
  let ended: string | undefined
  const exit = new Promise<void>((resolve) => {
    const end = (how: string) => {
      ended ??= `it ended with ${how}: ${log().trimEnd().slice(-500)}`
      resolve()
    }
    child.on('error', (error) => end(error.message))
    child.on('exit', (code, signal) => end(signal ?? `status ${code ?? '?'}`))
  })
  // A paused server would outlive a benchmark that is interrupted.
  const send = (signal: NodeJS.Signals) => signalGroup(child.pid, signal)
  const kill = () => send('SIGKILL')
  process.once('exit', kill)
  return {
    origin: `http://127.0.0.1:${port}`,
    log,
    ended: () => ended,
    pause: () => send('SIGSTOP'),
    resume: () => send('SIGCONT'),
    memory: () => readMemory(child.pid),
    stop: async () => {
      send('SIGCONT')
      child.kill('SIGTERM')
      await Promise.race([exit, sleep(STOP_DEADLINE_MS, undefined, { ref: false })])
      kill()
      await exit
      process.off('exit', kill)
    },
  }
}

async function waitUntilReady(server: Pick<RunningServer, 'origin' | 'ended' | 'log'>): Promise<void> {
  const deadline = Date.now() + READY_DEADLINE_MS
  while (Date.now() < deadline) {
    const ended = server.ended()
    if (ended !== undefined) throw new Error(ended)
    const ready = await fetch(`${server.origin}/health`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (ready) return
    await sleep(PROBE_MS)
  }
  throw new Error(`not ready after ${READY_DEADLINE_MS / 1000} s: ${server.log().slice(-500)}`)
}

async function firstAnswer(url: string, body: string): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body })
  if (!response.ok)
    throw new Error(`the first answer has status ${response.status}: ${await response.text()}`)
  await response.arrayBuffer()
}

/** A group that has ended is sent nothing. */
function signalGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  if (leader === undefined) return
  try {
    process.kill(-leader, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** Of all processes of a group together, in MiB. */
function readMemory(leader: number | undefined): { now: number; peak: number } | undefined {
  const sum = { now: 0, peak: 0 }
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (leader === undefined || groupOf(pid) !== leader) continue
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    sum.now += Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024
    sum.peak += Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1024
  }
  return sum.now > 0 ? sum : undefined
}

/** Undefined for a process that has just ended. */
function groupOf(pid: string): number | undefined {
  try {
    // "pid (name) state parent group"; the name may have spaces.
    return Number(
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')[2],
    )
  } catch {
    return undefined
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      if (typeof address !== 'object' || address === null) reject(new Error('expected a port, got none'))
      else probe.close(() => resolve(address.port))
    })
  })
}
