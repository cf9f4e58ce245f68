import { colorOf, rectangle, svgDocument, text } from './svg.js'
import type { Point } from './svg.js'

const SIDE = 400
const [LEFT, TOP] = [70, 40]
const TICKS = 5
const SIZE = { width: 840, height: 500 }
const LEGEND = { x: 490, y: 44, step: 20, noteY: 470 }

export interface ChartOptions {
  title: string
  /** Titles of the axes. */
  x: string
  y: string
  /** Values at the bottom and the top of the y axis; the x axis goes from 0 to 1. */
  range: readonly [low: number, high: number]
  /** Names to the right of the chart, each with its color. */
  legend: readonly string[]
  /** A line below the legend. */
  note?: string
  /** The label of a place on the x axis; the number itself by default. */
  xLabel?: (x: number) => string
  /** The label of a value on the y axis; two decimals by default. */
  yLabel?: (y: number) => string
}

/**
 * A square chart with axes and a legend.
 * @param draw elements from a function that places values in the chart
 */
export function squareChart(
  {
    title,
    x,
    y,
    range,
    legend,
    note,
    xLabel = (across) => across.toFixed(1),
    yLabel = (up) => up.toFixed(2),
  }: ChartOptions,
  draw: (place: (x: number, y: number) => Point) => readonly string[],
): string {
  const place = placeIn(range)
  return svgDocument(SIZE.width, SIZE.height, [
    text(LEFT, 24, title, 'font-weight="bold"'),
    rectangle({ x: LEFT, y: TOP, width: SIDE, height: SIDE }, 'fill="none" stroke="#888888"'),
    text(LEFT + SIDE / 2, TOP + SIDE + 40, x, 'text-anchor="middle"'),
    `<g transform="translate(18 ${TOP + SIDE / 2}) rotate(-90)">${text(0, 0, y, 'text-anchor="middle"')}</g>`,
    ...ticks(range, xLabel, yLabel),
    ...draw(place),
    ...legend.flatMap((name, i) => legendEntry(name, i)),
    ...(note === undefined ? [] : [text(LEGEND.x, LEGEND.noteY, note)]),
  ])
}

function placeIn([low, high]: ChartOptions['range']): (x: number, y: number) => Point {
  return (x, y) => [LEFT + x * SIDE, TOP + SIDE - ((y - low) / (high - low)) * SIDE]
}

function ticks(
  range: ChartOptions['range'],
  xLabel: (x: number) => string,
  yLabel: (y: number) => string,
): string[] {
  const [low, high] = range
  const place = placeIn(range)
  return Array.from({ length: TICKS + 1 }, (_, tick) => {
    const [across, up] = [tick / TICKS, low + ((high - low) * tick) / TICKS]
    const [x, y] = place(across, up)
    return [
      text(x, TOP + SIDE + 18, xLabel(across), 'text-anchor="middle"'),
      text(LEFT - 6, y + 4, yLabel(up), 'text-anchor="end"'),
    ]
  }).flat()
}

function legendEntry(name: string, index: number): string[] {
  const y = LEGEND.y + index * LEGEND.step
  return [
    rectangle({ x: LEGEND.x, y, width: 12, height: 12 }, `fill="${colorOf(index)}"`),
    text(LEGEND.x + 18, y + 11, name),
  ]
}
