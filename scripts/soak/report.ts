import { growthOf } from './memory.js'
import type { MemorySample } from './memory.js'
import type { KindReport } from './tally.js'
import type { KilledThread } from './threadKiller.js'
import { HEALTH, SINGLE } from './traffic.js'
import type { TrafficReport } from './worker.js'

/** All that a soak has seen. */
export interface Soak {
  traffic: TrafficReport
  /** Single prompts a second that the server answers when it does nothing else. */
  capacity: number
  /** Single prompts a second that were sent. */
  singles: number
  swaps: { swaps: number; failures: string[] }
  samples: readonly MemorySample[]
  /** Threads that were ended, and how many the server says have ended by themselves. */
  killed: readonly KilledThread[]
  threadRestarts: number
}

export const MEMORY = ['resident', 'heap', 'external'] as const
const MEGABYTE = 1e6
/** Of a status that no answer had. */
const NO_REQUESTS = 0
/** Two processes look at the clock at moments that differ by this at most. */
const CLOCK_MS = 1000

/** What makes it a failure, a sentence each. */
export function problemsOf({ traffic, swaps, samples, killed, threadRestarts }: Soak): string[] {
  const growing = ([...MEMORY, 'tensors'] as const).filter((name) => growthOf(samples, name).isGrowing)
  return [
    ...traffic.faults.map(({ kind, what }) => `${kind}: ${what}`),
    ...(traffic.faultCount > traffic.faults.length ? [`${traffic.faultCount} such answers in all`] : []),
    ...swaps.failures.map((failure) => `a version was not made live: ${failure}`),
    ...growing.map((name) => (name === 'tensors' ? 'there are more tensors' : `${name} memory grows`)),
    ...traffic.lost
      .filter(({ from, to }) => !killed.some(({ at }) => from - CLOCK_MS <= at && at <= to + CLOCK_MS))
      .map(({ kind }) => `${kind}: 503 of a thread that was not killed`),
    ...(threadRestarts === killed.length
      ? []
      : [`${killed.length} threads were killed, ${threadRestarts} have ended`]),
  ]
}

/** Tables in Markdown. */
export function reportText(soak: Soak): string {
  const { traffic, capacity, singles, swaps, samples, killed, threadRestarts } = soak
  const tensors = growthOf(samples, 'tensors')
  const kinds = traffic.kinds.map((one) => [
    one.kind,
    String(one.requests),
    statuses(one),
    milliseconds(one.p50),
    milliseconds(one.p99),
    milliseconds(one.refusedP99),
  ])
  const memory = MEMORY.map((name) => {
    const { before, after, slope } = growthOf(samples, name)
    return [name, megabytes(before), megabytes(after), megabytes(slope)]
  })
  return [
    `${Math.round(traffic.seconds)} s of traffic. Capacity: ${capacity.toFixed(0)} single prompts a second and nothing else; sent: ${singles.toFixed(0)}, next to all that follows.`,
    '',
    ...table(['requests', 'sent', 'answers', 'p50 ms', 'p99 ms', 'p99 ms of a 429'], kinds),
    '',
    ...table(['bound', 'wanted', 'measured'], boundsOf(soak)),
    '',
    ...table(['memory', 'third quarter, MB', 'fourth quarter, MB', 'MB a minute'], memory),
    '',
    `Tensors: ${tensors.before} in the third quarter, ${tensors.after} in the fourth.`,
    '',
    `${swaps.swaps} versions made live; threads killed: ${killed.map(({ thread }) => thread).join(', ')} (${threadRestarts} have ended, ${traffic.lost.length} requests got 503 for it); ${traffic.faultCount} answers that nothing explains.`,
    '',
  ].join('\n')
}

/** What is wanted of the times, and what was measured; none of it makes the soak a failure, since a machine may be slow. */
export function boundsOf({ traffic: { kinds } }: Soak): string[][] {
  const rejections = kinds.flatMap(({ refusedP99 }) => (refusedP99 === null ? [] : [refusedP99]))
  const ofSingles = kinds.find(({ kind }) => kind === SINGLE)
  const rejected = (ofSingles?.byStatus[429] ?? NO_REQUESTS) / (ofSingles?.requests ?? 1)
  const p99Of = (kind: string) => milliseconds(kinds.find((one) => one.kind === kind)?.p99 ?? null)
  return [
    ['GET /health, p99', '20 ms', `${p99Of(HEALTH)} ms`],
    [
      'rejections, p99 of the slowest route',
      '50 ms',
      rejections.length === 0 ? 'none' : `${milliseconds(Math.max(...rejections))} ms`,
    ],
    ['single prompts of the transformer, p99', '300 ms', `${p99Of(SINGLE)} ms`],
    ['single prompts that were rejected', '1 %', `${(100 * rejected).toFixed(2)} %`],
  ]
}

/** 200 first; clients that leave have no answer to count. */
export function statuses({ byStatus }: KindReport): string {
  const parts = Object.entries(byStatus).map(([status, count]) => `${count} × ${status}`)
  return parts.length === 0 ? 'none wanted' : parts.join(', ')
}

export function milliseconds(value: number | null): string {
  return value === null ? '' : value.toFixed(value < 10 ? 1 : 0)
}

export function megabytes(bytes: number): string {
  return (bytes / MEGABYTE).toFixed(1)
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, c) => (c === 0 ? '---' : '---:'))), ...rows.map(line)]
}
