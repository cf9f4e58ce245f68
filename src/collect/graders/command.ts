import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { LLimitError, shorten } from '../../errors.js'
import type { Task } from '../task.js'
import { codeIn } from './extract.js'

/** Of what the command writes to stderr, in characters: enough for the reason. */
const MAX_KEPT = 4096

/** Within which a command that has ended closes what it has written to. */
const CLOSE_MS = 500

/** Statuses by which shells and container programs say that the command itself could not be run. */
const NOT_RUN = [125, 126, 127]

interface CommandRun {
  command: string
  timeoutMs: number
  /** Without the keys of endpoints: what runs there was written by an LLM. */
  environment: NodeJS.ProcessEnv
  signal: AbortSignal
}

/**
 * Runs a command of the user's by the shell: 1 if it ends with 0, else 0, also if it takes too long. It gets the answer on stdin; `$1`
 * is a file with the code of the answer (its last block of code, or all of it), `$2` a file with the line of the prompt as JSON.
 * @throws LLimitError INVALID_ARGUMENT if the command cannot be run, by its status 125, 126 or 127.
 */
export async function gradeByCommand(answer: string, task: Task, run: CommandRun): Promise<number> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'llimit-answer-'))
  try {
    const files = [path.join(folder, 'answer'), path.join(folder, 'prompt.json')] as const
    await writeFile(files[0], codeIn(answer))
    await writeFile(files[1], JSON.stringify(task.fields))
    const { status, stderr } = await runShell(run, files, answer)
    if (status === null || !NOT_RUN.includes(status)) return Number(status === 0)
    const why = stderr.trim() === '' ? '' : `: ${shorten(stderr.trim())}`
    throw new LLimitError('INVALID_ARGUMENT', `--command could not be run (exit status ${status})${why}`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** @returns a status of null for one that was ended */
function runShell(
  { command, timeoutMs, environment, signal }: CommandRun,
  files: readonly string[],
  input: string,
): Promise<{ status: number | null; stderr: string }> {
  return new Promise((resolve, reject) => {
    // A process group of its own: what the command has started ends with it.
    const child = spawn('sh', ['-c', command, 'llimit', ...files], {
      env: environment,
      stdio: ['pipe', 'ignore', 'pipe'],
      detached: true,
    })
    const end = () => {
      if (child.pid === undefined) return
      try {
        process.kill(-child.pid, 'SIGKILL')
      } catch {
        // It has ended already.
      }
    }
    const timer = setTimeout(end, timeoutMs)
    signal.addEventListener('abort', end, { once: true })
    let stderr = ''
    child.stderr.on('data', (chunk: Buffer) => {
      if (stderr.length < MAX_KEPT) stderr += chunk.toString().slice(0, MAX_KEPT)
    })
    // A command that does not read its input closes it.
    child.stdin.on('error', () => undefined).end(input)
    const clear = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
    }
    child.on('error', (error) => {
      clear()
      reject(error)
    })
    // What outlives the command may hold its stderr, which then never closes.
    child.on('exit', (status) => {
      clear()
      end()
      const finish = () => resolve({ status, stderr })
      child.on('close', finish)
      setTimeout(finish, CLOSE_MS).unref()
    })
  })
}
