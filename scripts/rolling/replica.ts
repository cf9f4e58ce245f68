import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'

import { ROOT } from '../../src/config/settings.js'

const PROGRAM = path.join(ROOT, 'dist/src/cli/main.js')

/** How often to look whether something is up. */
const LOOK_MS = 50

/** One server on a port that it keeps when it is started again. */
export class Replica {
  readonly port: number
  readonly #settings: Record<string, string>
  #process: ChildProcess | undefined

  /** @param settings of the server, as variables */
  constructor(port: number, settings: Record<string, string>) {
    this.port = port
    this.#settings = settings
  }

  /** Starts it, and waits until requests may be sent to it. */
  async start(): Promise<void> {
    const env = { ...process.env, ...this.#settings, HOST: '127.0.0.1', PORT: String(this.port) }
    const running = spawn(process.execPath, [PROGRAM, 'serve', '--quiet'], { env, stdio: 'inherit' })
    this.#process = running
    await until(async () => hasEnded(running) || (await fetch(`http://127.0.0.1:${this.port}/ready`)).ok)
    if (hasEnded(running))
      throw new Error('Expected a server that gets ready, got one that ended; it has said why')
  }

  /** @returns exit status, and the signal if it ended by one. */
  async stop(signal: NodeJS.Signals): Promise<unknown[]> {
    const running = this.#process
    if (running === undefined || hasEnded(running)) return []
    const ended = once(running, 'exit')
    running.kill(signal)
    return ended
  }

  async metric(name: string): Promise<number> {
    const text = await (await fetch(`http://127.0.0.1:${this.port}/metrics`)).text()
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

/** Waits until `isSo` is true; what it throws means not yet. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo().catch(() => false))) await setTimeout(LOOK_MS)
}
