import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import { processorMs } from './processorTime.js'
import type { Report, WorkerSettings } from './worker.js'
import type { CaseResult } from './runCase.js'

/** A file that takes longer to read is one that hangs: milliseconds of a processor. */
export const HANG_MS = 5_000
/** Of the whole process that reads, Node and TensorFlow.js included. */
export const MAX_BYTES = 512 * 2 ** 20

/** What the objects of the reader may take before it is out of memory: garbage is collected earlier. */
const MAX_HEAP_MB = 256
const START_MS = 60_000
const LOOK_MS = 250
/** How many times that time may pass, if the process waits for something. */
const MAX_WAIT = 24
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
async function runProcess(
  settings: WorkerSettings,
  deadline: number,
  onResult: (result: CaseResult) => void,
): Promise<number> {
  const child = fork(fileURLToPath(new URL('./worker.js', import.meta.url)), [], {
    execArgv: [`--max-old-space-size=${MAX_HEAP_MB}`, '--enable-source-maps', '--stack-trace-limit=30'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const clock = new CaseClock(child.pid)
  const state = { next: settings.from, isReady: false, wasTooLarge: false, errors: '' }
  child.stderr?.on('data', (piece: Buffer) => (state.errors = (state.errors + piece.toString()).slice(-4000)))
  const watching = setInterval(() => {
    if (clock.isOver(state.isReady ? HANG_MS : START_MS)) child.kill('SIGKILL')
  }, LOOK_MS)
  const isOver = () => state.next === settings.to || Date.now() > deadline
  child.on('message', (report: Report) => {
    clock.start()
    state.isReady = true
    if (report.type === 'ready' || state.wasTooLarge) return
    const { peakBytes, result } = report
    state.wasTooLarge = peakBytes > MAX_BYTES
    const failure = `${Math.round(peakBytes / 2 ** 20)} MiB, where ${MAX_BYTES / 2 ** 20} are allowed`
    onResult(state.wasTooLarge ? { ...result, outcome: 'failed', failure } : result)
    state.next = result.number + 1
    if (state.wasTooLarge || isOver()) child.kill('SIGKILL')
  })
  child.send(settings)
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  clearInterval(watching)
  if (!state.isReady) throw new Error(`expected the process that reads to start, got ${state.errors}`)
  if (isOver() || state.wasTooLarge) return state.next
  const ended = `the process ended with ${signal ?? code ?? 'nothing'}: ${state.errors}`
  const failure = clock.hasHung ? `it took longer than ${HANG_MS / 1000} s` : ended
  onResult({ number: state.next, target: 'unknown', outcome: 'failed', failure, ms: 0 })
  return state.next + 1
}

/** How long a process has worked on a case. On a machine that is busy it may wait for longer than it works. */
class CaseClock {
  readonly #pid: number | undefined
  #begun: { at: number; worked: number | undefined }
  hasHung = false

  constructor(pid: number | undefined) {
    this.#pid = pid
    this.#begun = this.#now()
  }

  start(): void {
    this.#begun = this.#now()
  }

  isOver(allowedMs: number): boolean {
    const now = this.#now()
    const passed = now.at - this.#begun.at
    const used =
      now.worked === undefined || this.#begun.worked === undefined ? passed : now.worked - this.#begun.worked
    this.hasHung ||= used > allowedMs || passed > MAX_WAIT * allowedMs
    return this.hasHung
  }

  #now() {
    return { at: Date.now(), worked: processorMs(this.#pid) }
  }
}
