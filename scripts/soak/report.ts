import { growthOf } from './memory.js'
import type { MemorySample } from './memory.js'
import type { KindReport } from './tally.js'
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
  threadRestarts: number
}

const MEMORY = ['resident', 'heap', 'external'] as const
const MEGABYTE = 1e6

/** What makes it a failure, a sentence each. */
export function problemsOf({ traffic, swaps, samples }: Soak): string[] {
  const growing = MEMORY.filter((name) => growthOf(samples, name).isGrowing)
  return [
    ...traffic.faults.map(({ kind, what }) => `${kind}: ${what}`),
    ...(traffic.faultCount > traffic.faults.length ? [`${traffic.faultCount} such answers in all`] : []),
    ...swaps.failures.map((failure) => `a version was not made live: ${failure}`),
    ...growing.map((name) => `${name} memory grows`),
  ]
}

/** Tables in Markdown. */
export function reportText(soak: Soak): string {
  const { traffic, capacity, singles, swaps, samples, threadRestarts } = soak
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
    ...table(['memory', 'third quarter, MB', 'fourth quarter, MB', 'MB a minute'], memory),
    '',
    `${swaps.swaps} versions made live, ${threadRestarts} threads restarted, ${traffic.faultCount} answers that nothing explains.`,
    '',
  ].join('\n')
}

/** 200 first; clients that leave have no answer to count. */
function statuses({ byStatus }: KindReport): string {
  const parts = Object.entries(byStatus).map(([status, count]) => `${count} × ${status}`)
  return parts.length === 0 ? 'none wanted' : parts.join(', ')
}

function milliseconds(value: number | null): string {
  return value === null ? '' : value.toFixed(value < 10 ? 1 : 0)
}

function megabytes(bytes: number): string {
  return (bytes / MEGABYTE).toFixed(1)
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, c) => (c === 0 ? '---' : '---:'))), ...rows.map(line)]
}
