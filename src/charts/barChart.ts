import { rectangle, svgDocument, text } from './svg.js'

const WIDTH = 900
const MARGIN = 20
const BAR_HEIGHT = 16
const BAR_STEP = 22
const TITLE_HEIGHT = 26
const SUBTITLE_HEIGHT = 18
const PANEL_GAP = 16

interface Bar {
  name: string
  color: string
  /** Not negative. */
  value: number
  /** Drawn as a whisker. */
  interval?: { low: number; high: number }
  /** What the value is, in words. */
  label: string
}

/** Bars of one scale, which begins at 0: their lengths are what is compared. */
export interface BarPanel {
  title: string
  subtitle?: string
  bars: readonly Bar[]
}

interface Layout {
  /** Room for the names to the left of the bars, and for the labels to their right. */
  nameWidth: number
  labelWidth: number
  /** A line below the panels. */
  note?: string
}

/** Panels of horizontal bars, one below the other; those without bars are left out. */
export function barChart(panels: readonly BarPanel[], { nameWidth, labelWidth, note }: Layout): string {
  const elements: string[] = []
  let y = MARGIN
  for (const panel of panels.filter(({ bars }) => bars.length > 0)) {
    const titleHeight = TITLE_HEIGHT + (panel.subtitle === undefined ? 0 : SUBTITLE_HEIGHT)
    elements.push(...titlesOf(panel, y), ...barsOf(panel.bars, y + titleHeight, { nameWidth, labelWidth }))
    y += titleHeight + panel.bars.length * BAR_STEP + PANEL_GAP
  }
  if (note !== undefined) {
    elements.push(text(MARGIN, y, note))
    y += PANEL_GAP
  }
  return svgDocument(WIDTH, y, elements)
}

function titlesOf({ title, subtitle }: BarPanel, top: number): string[] {
  const first = text(MARGIN, top + 14, title, 'font-weight="bold"')
  return subtitle === undefined ? [first] : [first, text(MARGIN, top + 32, subtitle)]
}

function barsOf(bars: readonly Bar[], top: number, { nameWidth, labelWidth }: Layout): string[] {
  const endOf = ({ value, interval }: Bar) => interval?.high ?? value
  const longest = Math.max(...bars.map(endOf), Number.MIN_VALUE)
  const left = MARGIN + nameWidth
  const x = (value: number) => left + (value / longest) * (WIDTH - 2 * MARGIN - nameWidth - labelWidth)
  return bars.flatMap((bar, i) => {
    const { name, color, value, interval, label } = bar
    const y = top + i * BAR_STEP
    const box = { x: left, y, width: Math.max(1, x(value) - left), height: BAR_HEIGHT }
    return [
      text(left - 8, y + 12, name, 'text-anchor="end"'),
      rectangle(box, `fill="${color}"`),
      ...(interval === undefined ? [] : [whisker(x(interval.low), x(interval.high), y + BAR_HEIGHT / 2)]),
      text(x(endOf(bar)) + 6, y + 12, label),
    ]
  })
}

function whisker(from: number, to: number, y: number): string {
  const ends = `x1="${from.toFixed(1)}" x2="${to.toFixed(1)}" y1="${y}" y2="${y}"`
  return `<line ${ends} stroke="#222222" stroke-width="1.5"/>`
}
