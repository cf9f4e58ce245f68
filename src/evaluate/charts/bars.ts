import { barChart } from '../../charts/barChart.js'
import type { BarPanel } from '../../charts/barChart.js'
import { colorOf } from '../../charts/svg.js'
import type { Evaluation } from '../evaluate.js'
import { METRIC_NAMES, METRICS } from '../measure.js'
import type { Measured, MetricName } from '../measure.js'

/** metrics.svg: a panel of bars for each metric, with the 95 % intervals as whiskers. */
export function barsSvg({ overall }: Pick<Evaluation, 'overall'>): string {
  const panels = METRIC_NAMES.map((metric) => panelOf(metric, overall.systems))
  return barChart(panels, { nameWidth: 240, labelWidth: 150 })
}

function panelOf(metric: MetricName, systems: readonly Measured[]): BarPanel {
  const { title, better } = METRICS[metric]
  const bars = systems.flatMap(({ name, metrics }, i) => {
    const estimate = metrics[metric]
    if (estimate === undefined) return []
    const { value, low, high } = estimate
    const label = `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`
    return [{ name, color: colorOf(i), value, interval: { low, high }, label }]
  })
  return { title: `${title} (${better} is better)`, bars }
}
