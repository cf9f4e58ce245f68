import { quantileOf } from '../../src/numeric/quantile.js'
import type { Answer } from './clients.js'

/** A request that went wrong, as far as it is told. */
export interface Fault {
  kind: string
  what: string
}

/** A request that a thread held when it ended, as far as its answer says; when it was in flight, as `Date.now` has it. */
export interface LostRequest {
  kind: string
  from: number
  to: number
}

interface Counts {
  byStatus: Map<string, number>
  ms: number[]
  refusedMs: number[]
  left: number
}

/** One line of the report. */
export interface KindReport {
  kind: string
  requests: number
  /** Status -> requests; `none` for those without an answer. */
  byStatus: Record<string, number>
  /** Milliseconds of answers with 200, and of rejections (429). */
  p50: number | null
  p99: number | null
  refusedP99: number | null
}

/** At most so many faults are told one by one. */
const MAX_FAULTS = 20
/** More than are in flight whenever a thread ends are faults. */
const MAX_LOST = 5000

/** Counts answers by kind of request. */
export class SoakTally {
  readonly #kinds = new Map<string, Counts>()
  readonly faults: Fault[] = []
  readonly lost: LostRequest[] = []
  faultCount = 0

  /** @param expects statuses that are no fault */
  add(kind: string, answer: Answer | undefined, expects: readonly number[] = []): void {
    const counts = this.#countsOf(kind)
    if (answer === undefined) {
      counts.left++
      return
    }
    const { status, ms, code, error } = answer
    const name = status === undefined ? 'none' : String(status)
    counts.byStatus.set(name, (counts.byStatus.get(name) ?? 0) + 1)
    if (status === 200) counts.ms.push(ms)
    if (status === 429) counts.refusedMs.push(ms)
    if (status === 200 || status === 429 || (status !== undefined && expects.includes(status))) return
    if (code === 'ENGINE_UNAVAILABLE' && this.lost.length < MAX_LOST) {
      this.lost.push({ kind, from: Date.now() - ms, to: Date.now() })
      return
    }
    this.faultCount++
    if (this.faults.length < MAX_FAULTS)
      this.faults.push({ kind, what: error ?? `status ${name} ${code ?? ''}`.trimEnd() })
  }

  #countsOf(kind: string): Counts {
    const counts = this.#kinds.get(kind) ?? {
      byStatus: new Map<string, number>(),
      ms: [],
      refusedMs: [],
      left: 0,
    }
    this.#kinds.set(kind, counts)
    return counts
  }

  report(): KindReport[] {
    return [...this.#kinds].map(([kind, { byStatus, ms, refusedMs, left }]) => ({
      kind,
      requests: [...byStatus.values()].reduce((sum, n) => sum + n, left),
      byStatus: Object.fromEntries(byStatus),
      p50: quantileIn(ms, 0.5),
      p99: quantileIn(ms, 0.99),
      refusedP99: quantileIn(refusedMs, 0.99),
    }))
  }
}

function quantileIn(values: readonly number[], share: number): number | null {
  return values.length === 0 ? null : quantileOf(values, share)
}
