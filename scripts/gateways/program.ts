import { spawn } from 'node:child_process'
import process from 'node:process'

/** How a program ended. */
export interface Ended {
  /** Whether it ended by itself, without an error. */
  isOk: boolean
  /** Of both streams, in the order in which it came. */
  output: string
}

export interface ProgramOptions {
  cwd: string
  env?: Record<string, string>
  /** Milliseconds after which it is killed, with the programs that it has started. */
  timeoutMs: number
}

/** Runs a program to its end; one that is not there, fails or takes too long is told of in its output. */
export function runProgram(
  file: string,
  args: readonly string[],
  { cwd, env = {}, timeoutMs }: ProgramOptions,
): Promise<Ended> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = []
    const text = (more = '') => `${Buffer.concat(pieces).toString('utf8')}${more}`.trim()
    // A process group of its own, so that pip and what it starts end together.
    const child = spawn(file, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      killGroup(child.pid)
    }, timeoutMs)
    child.stdout.on('data', (piece: Buffer) => pieces.push(piece))
    child.stderr.on('data', (piece: Buffer) => pieces.push(piece))
    child.on('error', ({ message }) => {
      clearTimeout(timer)
      resolve({ isOk: false, output: text(message) })
    })
    child.on('close', (code) => {
      clearTimeout(timer)
      const late = isLate ? `\nexpected to end within ${timeoutMs / 1000} s` : ''
      resolve({ isOk: code === 0 && !isLate, output: text(late) })
    })
  })
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has just ended.
  }
}
