import type { PromptRanking, RankAnswer, RankedLlm } from './api.js'
import { element, shape } from './elements.js'
import { dollars, tickDollars } from './format.js'
import { placeLabels } from './labels.js'
import { linearScale, linearTicks, logScale, logTicks } from './scales.js'
import type { Scale } from './scales.js'

const MARGIN = { left: 60, right: 16, top: 12, bottom: 42 }
const HEIGHT = 320
/** Room of a tick with its dollars. */
const TICK_WIDTH = 90
/** In place of a cost of 0, which no logarithm has: this share of the least above it. */
const FREE_SHARE = 0.5

interface Point extends RankedLlm {
  cost: number
  /** Dollars, above 0. */
  drawnCost: number
}

interface Placing {
  x: Scale
  y: Scale
  width: number
}

/** Probability against cost, with the LLMs that no other beats in both joined by a line. */
export function costPlot(
  ranking: PromptRanking,
  width: number,
  pricesAsOf: RankAnswer['prices_as_of'],
): HTMLElement {
  const points = pointsOf(ranking.ranked)
  const [first] = points
  if (first === undefined) {
    return element(
      'p',
      { class: 'note' },
      'No cost is known of these LLMs, so there is none to draw against probability.',
    )
  }
  const costs = points.map(({ drawnCost }) => drawnCost)
  const values = points.map(({ probability }) => probability)
  const costRange = [Math.min(...costs) / 1.3, Math.max(...costs) * 1.3] as const
  const range = [Math.max(0, Math.min(...values) - 0.05), Math.min(1, Math.max(...values) + 0.1)] as const
  const placing: Placing = {
    x: logScale(costRange, [MARGIN.left, width - MARGIN.right]),
    y: linearScale(range, [HEIGHT - MARGIN.bottom, MARGIN.top]),
    width,
  }
  const front = ranking.pareto.flatMap((name) => points.filter(({ llm }) => llm === name))
  const drawn = shape(
    'svg',
    {
      viewBox: `0 0 ${width} ${HEIGHT}`,
      width,
      height: HEIGHT,
      role: 'img',
      'aria-label': inWords(points, front),
    },
    ...axes(placing, logTicks(costRange, width / TICK_WIDTH), linearTicks(range, 5)),
    ...points
      .filter((point) => !front.includes(point))
      .map((point) => dot(point, placing, false, ranking.choice)),
    frontLine(front, placing),
    ...labels(front, ranking.choice, placing),
    ...front.map((point) => dot(point, placing, true, ranking.choice)),
  )
  const missing = ranking.ranked.length - points.length
  const notes = [
    'Joined: the Pareto front, which no other LLM beats in probability and cost.',
    ...(missing === 0 ? [] : [`${missing} LLMs of unknown cost are not shown.`]),
    ...Object.values(pricesAsOf).map((day) => `Prices of ${day}.`),
  ]
  return element('figure', {}, drawn, element('figcaption', {}, notes.join(' ')))
}

function pointsOf(ranked: readonly RankedLlm[]): Point[] {
  const known = ranked.flatMap((one) => (one.cost === null ? [] : [{ ...one, cost: one.cost }]))
  const least = Math.min(...known.map(({ cost }) => cost).filter((cost) => cost > 0))
  const free = Number.isFinite(least) ? least * FREE_SHARE : 1
  return known.map((one) => ({ ...one, drawnCost: one.cost === 0 ? free : one.cost }))
}

function inWords(points: readonly Point[], front: readonly Point[]): string {
  const list = front.map(
    ({ llm, probability, cost }) => `${llm}, ${probability.toFixed(2)} for ${dollars(cost)}`,
  )
  return `Probability of success against cost of ${points.length} LLMs. Pareto front: ${list.join('; ')}.`
}

function axes(
  { x, y, width }: Placing,
  costTicks: readonly number[],
  ticks: readonly number[],
): SVGElement[] {
  const bottom = HEIGHT - MARGIN.bottom
  return [
    ...ticks.flatMap((tick) => [
      shape('path', { class: 'grid', d: `M${MARGIN.left} ${y(tick)}H${width - MARGIN.right}` }),
      shape('text', { x: MARGIN.left - 6, y: y(tick) + 4, 'text-anchor': 'end' }, tick.toFixed(2)),
    ]),
    ...costTicks.flatMap((tick) => [
      shape('path', { class: 'grid', d: `M${x(tick)} ${MARGIN.top}V${bottom}` }),
      shape('text', { x: x(tick), y: bottom + 16, 'text-anchor': 'middle' }, tickDollars(tick)),
    ]),
    shape(
      'text',
      { x: (MARGIN.left + width) / 2, y: HEIGHT - 6, 'text-anchor': 'middle' },
      'Expected cost of one answer',
    ),
    shape(
      'text',
      { 'text-anchor': 'middle', transform: `translate(12 ${(MARGIN.top + bottom) / 2}) rotate(-90)` },
      'Probability of success',
    ),
  ]
}

function dot(point: Point, { x, y }: Placing, isOnFront: boolean, choice: string | null): SVGElement {
  const { llm, probability, cost, drawnCost } = point
  const isChoice = llm === choice
  const kind = isChoice ? 'dot choice' : isOnFront ? 'dot front' : 'dot'
  const radius = isChoice ? 6 : isOnFront ? 4 : 2.5
  const title = `${llm}: ${probability.toFixed(3)} for ${dollars(cost)}`
  return shape(
    'circle',
    { class: kind, cx: x(drawnCost), cy: y(probability), r: radius },
    shape('title', {}, title),
  )
}

function frontLine(front: readonly Point[], { x, y }: Placing): SVGElement {
  const path = front.map(({ drawnCost, probability }, i) =>
    i === 0 ? `M${x(drawnCost)} ${y(probability)}` : `H${x(drawnCost)}V${y(probability)}`,
  )
  return shape('path', { class: 'front-line', d: path.join('') })
}

/** The choice has the first place, then the ends of the front, where the question is. */
function labels(front: readonly Point[], choice: string | null, { x, y, width }: Placing): SVGElement[] {
  const weight = (point: Point, i: number) =>
    point.llm === choice ? 0 : i === 0 || i === front.length - 1 ? 1 : 2
  const wanted = front
    .map((point, i) => ({
      text: point.llm,
      x: x(point.drawnCost),
      y: y(point.probability),
      weight: weight(point, i),
    }))
    .sort((a, b) => a.weight - b.weight)
  return placeLabels(wanted, [MARGIN.left, width - 4], wanted).map(({ text, x: left, y: baseline }) =>
    shape('text', { class: text === choice ? 'label choice' : 'label', x: left, y: baseline }, text),
  )
}
