import { spawn } from 'node:child_process'
import path from 'node:path'
import { text } from 'node:stream/consumers'

import { repositoryRoot } from '../repository.js'

export const LLIMIT = path.join(repositoryRoot, 'dist', 'src', 'cli', 'main.js')

/** What TensorFlow's native library, where it is built, prints before it reads how much it may print. */
const NATIVE_LINES = /^(?:WARNING: All log messages before absl|I\d{4} ).*\n/gm

export interface Ended {
  /** Exit status; null if a signal ended it. */
  status: number | null
  stdout: string
  stderr: string
}

interface Options {
  /** Where the user stands. */
  cwd: string
  env?: Record<string, string>
  /** Sends SIGINT as soon as stderr contains it. */
  interruptAt?: string
}

/** Runs the built program as a user does; what it computes is kept in the folder where the user stands. */
export function llimit(args: readonly string[], options: Options): Promise<Ended> {
  return run(process.execPath, [LLIMIT, ...args], options)
}

/** Runs a program to its end. */
export async function run(program: string, args: readonly string[], options: Options): Promise<Ended> {
  const { cwd, env, interruptAt } = options
  const running = spawn(program, args, {
    cwd,
    env: { ...process.env, LLIMIT_CACHE_DIR: path.join(cwd, '.cache'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let seen = ''
  running.stderr.on('data', (chunk: Buffer) => {
    seen += chunk.toString()
    if (interruptAt !== undefined && seen.includes(interruptAt)) running.kill('SIGINT')
  })
  const status = new Promise<number | null>((resolve, reject) => {
    running.on('error', reject).on('close', resolve)
  })
  const [stdout, stderr] = await Promise.all([text(running.stdout), text(running.stderr)])
  return { status: await status, stdout, stderr: stderr.replaceAll(NATIVE_LINES, '') }
}
