import type { Evaluation } from '../evaluate.js'
import { METRIC_NAMES, METRICS } from '../measure.js'
import type { MetricName } from '../measure.js'
import { colourOf, drawing, text } from '../../charts/drawing.js'

const WIDTH = 900
const MARGIN = 20
const NAME_WIDTH = 240
const VALUE_WIDTH = 150
const BAR_HEIGHT = 16
const BAR_STEP = 22
const TITLE_HEIGHT = 26
const PANEL_GAP = 16

/** metrics.svg: a panel of bars for each metric, with the 95 % intervals as whiskers. */
export function barsSvg({ overall }: Pick<Evaluation, 'overall'>): string {
  const parts: string[] = []
  let y = MARGIN
  for (const metric of METRIC_NAMES) {
    const { elements, height } = panel(metric, overall.systems, y)
    parts.push(...elements)
    y += height
  }
  return drawing(WIDTH, y, parts)
}

function panel(metric: MetricName, systems: Evaluation['overall']['systems'], top: number) {
  const { title, better } = METRICS[metric]
  const bars = systems.flatMap(({ name, metrics }, i) => {
    const estimate = metrics[metric]
    return estimate === undefined ? [] : [{ name, i, ...estimate }]
  })
  // Bars begin at 0: their lengths are what is compared.
  const longest = Math.max(...bars.map(({ high }) => high), 1e-9)
  const left = MARGIN + NAME_WIDTH
  const x = (value: number) => left + (value / longest) * (WIDTH - 2 * MARGIN - NAME_WIDTH - VALUE_WIDTH)
  const elements = [text(MARGIN, top + 14, `${title} (${better} is better)`, 'font-weight="bold"')]
  bars.forEach(({ name, i, value, low, high }, place) => {
    const y = top + TITLE_HEIGHT + place * BAR_STEP
    const middle = y + BAR_HEIGHT / 2
    elements.push(
      text(left - 8, y + 12, name, 'text-anchor="end"'),
      `<rect x="${left}" y="${y}" width="${Math.max(1, x(value) - left).toFixed(1)}" height="${BAR_HEIGHT}" fill="${colourOf(i)}"/>`,
      `<line x1="${x(low).toFixed(1)}" x2="${x(high).toFixed(1)}" y1="${middle}" y2="${middle}" stroke="#222222" stroke-width="1.5"/>`,
      text(x(high) + 6, y + 12, `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`),
    )
  })
  return { elements, height: TITLE_HEIGHT + bars.length * BAR_STEP + PANEL_GAP }
}
