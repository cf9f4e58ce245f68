import { fork } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import type { Report, WorkerSettings } from './worker.js'
import type { CaseResult } from './runCase.js'

/** A file that takes longer to read is one that hangs. */
export const HANG_MS = 5_000
/** Of the whole process that reads, Node and TensorFlow.js included. */
export const MAX_BYTES = 512 * 2 ** 20

/** What the objects of the reader may take before it is out of memory: garbage is collected earlier. */
const MAX_HEAP_MB = 256
const START_MS = 60_000
/** A process whose memory has grown is replaced before that counts as a fault of one file. */
const CASES_A_PROCESS = 5_000

export interface FuzzOptions extends Omit<WorkerSettings, 'from' | 'to'> {
  from: number
  files: number
  /** Milliseconds since 1970 after which no further process is started. */
  deadline: number
  onResult: (result: CaseResult) => void
}

/** Runs cases one after the other, in processes that are replaced when they hang, die or take too much memory. */
export async function fuzz({ from, files, deadline, onResult, ...settings }: FuzzOptions): Promise<void> {
  await mkdir(settings.folder, { recursive: true })
  const end = from + files
  for (let next = from; next < end && Date.now() < deadline;) {
    const to = Math.min(end, next + CASES_A_PROCESS)
    next = await runProcess({ ...settings, from: next, to }, deadline, onResult)
  }
}

/** @returns the first case that is still to be run. */
function runProcess(
  settings: WorkerSettings,
  deadline: number,
  onResult: (result: CaseResult) => void,
): Promise<number> {
  return new Promise((resolve) => {
    const child = fork(fileURLToPath(new URL('./worker.js', import.meta.url)), [], {
      execArgv: [`--max-old-space-size=${MAX_HEAP_MB}`, '--enable-source-maps', '--stack-trace-limit=30'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    let next = settings.from
    let isReady = false
    let errors = ''
    child.stderr?.on('data', (piece: Buffer) => (errors = (errors + piece.toString()).slice(-4000)))
    let hung = false
    const hang = () => {
      hung = true
      child.kill('SIGKILL')
    }
    let timer = setTimeout(hang, START_MS)
    const fail = (failure: string, target = 'unknown') =>
      onResult({ number: next, target, outcome: 'failed', failure, ms: 0 })
    child.on('message', (report: Report) => {
      clearTimeout(timer)
      if (report.type === 'case') {
        const { peakBytes, result } = report
        if (peakBytes > MAX_BYTES) {
          fail(
            `${Math.round(peakBytes / 2 ** 20)} MiB, where ${MAX_BYTES / 2 ** 20} are allowed`,
            result.target,
          )
          child.kill('SIGKILL')
        } else onResult(result)
        next = result.number + 1
        if (next === settings.to || Date.now() > deadline) child.kill('SIGKILL')
      } else isReady = true
      timer = setTimeout(hang, HANG_MS)
    })
    child.send(settings)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      const isOver = next === settings.to || Date.now() > deadline
      if (!isReady) throw new Error(`expected the process that reads to start, got ${errors}`)
      if (hung) {
        fail(`it took longer than ${HANG_MS / 1000} s`)
        next++
      } else if (signal !== 'SIGKILL' && !isOver) {
        fail(`the process ended with ${signal ?? code ?? 'nothing'}: ${errors}`)
        next++
      }
      resolve(next)
    })
  })
}
