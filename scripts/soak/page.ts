import { squareChart } from '../../src/charts/axes.js'
import { colorOf, polyline } from '../../src/charts/svg.js'
import { html, numberColumns, table } from '../../src/report/html.js'
import { figure } from '../../src/report/page.js'
import type { Report, Section } from '../../src/report/page.js'
import { growthOf } from './memory.js'
import { boundsOf, megabytes, MEMORY, milliseconds, problemsOf, statuses } from './report.js'
import type { Soak } from './report.js'

const NONE = '–'

/** A soak as a page. @param subtitle when, and with what */
export function soakPage(soak: Soak, subtitle: string): Report {
  const { traffic, capacity, singles, swaps, killed, threadRestarts } = soak
  const problems = problemsOf(soak)
  return {
    title: 'Soak',
    subtitle: `${subtitle}; ${Math.round(traffic.seconds)} s of traffic`,
    sections: [
      {
        title: problems.length === 0 ? 'No problem was seen' : 'Problems',
        about:
          'A problem is an answer that nothing explains (a 5xx, none at all), a version that could not be made live, or memory or ' +
          'tensors that grow.',
        content: [
          ...(problems.length === 0 ? [] : [listOf(problems), html`<p>What was done:</p>`]),
          listOf([
            `Capacity: ${capacity.toFixed(0)} single prompts a second and nothing else. Sent: ${singles.toFixed(0)}, next to all that follows.`,
            `${swaps.swaps} versions made live. ${traffic.faultCount} answers that nothing explains.`,
            `${killed.length} threads killed, ${threadRestarts} have ended; ${traffic.lost.length} requests got 503 for it.`,
          ]),
        ],
      },
      trafficSection(soak),
      memorySection(soak),
    ],
    data: { ...soak, problems },
  }
}

function trafficSection(soak: Soak): Section {
  const { traffic } = soak
  const columns = [
    { title: 'requests' },
    ...numberColumns('sent'),
    { title: 'answers' },
    ...numberColumns('p50, ms', 'p99, ms', 'p99 of a 429, ms'),
  ]
  const rows = traffic.kinds.map((kind) => [
    kind.kind,
    kind.requests.toLocaleString('en'),
    statuses(kind),
    ...[kind.p50, kind.p99, kind.refusedP99].map((value) => milliseconds(value) || NONE),
  ])
  return {
    title: 'Requests',
    about:
      'What was sent, by kind, and what was answered. A 429 is a server that says at once that it is full.',
    content: [
      table('Requests by kind', columns, rows),
      table(
        'Times that are wanted, which a slow machine may miss',
        [{ title: 'bound' }, ...numberColumns('wanted', 'measured')],
        boundsOf(soak),
      ),
    ],
  }
}

function memorySection({ samples }: Soak): Section {
  const columns = [
    { title: 'memory' },
    ...numberColumns('third quarter, MB', 'fourth quarter, MB', 'MB a minute'),
  ]
  const rows = MEMORY.map((name) => {
    const { before, after, slope } = growthOf(samples, name)
    return [name, ...[before, after, slope].map(megabytes)]
  })
  const tensors = growthOf(samples, 'tensors')
  return {
    title: 'Memory',
    about: 'Caches are full in the second half, so what still grows there is not one of them.',
    content: [
      ...(samples.length > 1 ? [figure(memorySvg(samples), 'Memory over time')] : []),
      table('Memory that is left after garbage was collected', columns, rows),
      html`<p>Tensors: ${tensors.before} in the third quarter, ${tensors.after} in the fourth.</p>`,
    ],
  }
}

/** @param samples two at least */
function memorySvg(samples: Soak['samples']): string {
  const seconds = Math.max(1, ...samples.map(({ at }) => at))
  const values = samples.flatMap((sample) => MEMORY.map((name) => sample[name]))
  const chart = {
    title: 'Memory over time',
    x: 'minutes',
    y: 'MB',
    // A tick at each fifth, in whole megabytes.
    range: [0, 50 * Math.ceil(Number(megabytes(Math.max(1, ...values))) / 50)],
    yLabel: (up: number) => up.toFixed(0),
    legend: MEMORY,
    xLabel: (across: number) => ((across * seconds) / 60).toFixed(1),
  } as const
  return squareChart(chart, (place) =>
    MEMORY.map((name, i) =>
      polyline(
        samples.map((sample) => place(sample.at / seconds, Number(megabytes(sample[name])))),
        colorOf(i),
        'stroke-width="1.5"',
      ),
    ),
  )
}

function listOf(lines: readonly string[]) {
  return html`<ul>
    ${lines.map((line) => html`<li>${line}</li>`)}
  </ul>`
}
