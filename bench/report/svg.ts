import { ratio, UNITS } from '../results.js'
import type { Results, Section } from '../results.js'
import { formatNumber, formatRatio } from './format.js'
import { displayName, EMBEDDINGS_ONLY, givesEmbeddingsOnly } from './names.js'

const WIDTH = 900
const MARGIN = 20
const NAME_WIDTH = 210
const VALUE_WIDTH = 190
const BAR_HEIGHT = 16
const BAR_STEP = 22
const TITLE_HEIGHT = 44
const PANEL_GAP = 16

/** Of the baseline, of contenders that do a part of the work, and of all others; told apart also without red and green. */
const COLOURS = { baseline: '#e69f00', part: '#56b4e9', other: '#0072b2' }

interface Bar {
  name: string
  value: number
  label: string
}

/** performance.svg: a panel of bars for each workload, of the number that counts most in it. */
export function renderSvg(results: Results): string {
  const colourOf = (name: string) => {
    if (name === results.baseline) return COLOURS.baseline
    return givesEmbeddingsOnly(name, results) ? COLOURS.part : COLOURS.other
  }
  const parts: string[] = []
  let y = MARGIN
  for (const section of results.sections) {
    const { subtitle, bars } = panelOf(section, results)
    if (bars.length === 0) continue
    parts.push(text(MARGIN, y + 14, section.title, 'font-weight="bold"'), text(MARGIN, y + 32, subtitle))
    y += TITLE_HEIGHT
    const longest = Math.max(...bars.map(({ value }) => value))
    for (const { name, value, label } of bars) {
      const width = Math.max(1, (value / longest) * (WIDTH - 2 * MARGIN - NAME_WIDTH - VALUE_WIDTH))
      const x = MARGIN + NAME_WIDTH
      parts.push(
        text(x - 8, y + 12, displayName(name, results), 'text-anchor="end"'),
        `<rect x="${x}" y="${y}" width="${width.toFixed(1)}" height="${BAR_HEIGHT}" fill="${colourOf(name)}"/>`,
        text(x + width + 6, y + 12, label),
      )
      y += BAR_STEP
    }
    y += PANEL_GAP
  }
  if (results.entrants.some(({ answers }) => answers === 'embeddings')) {
    parts.push(text(MARGIN, y, `${EMBEDDINGS_ONLY} gives embeddings only, the first part of the work`))
    y += PANEL_GAP
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" font-family="sans-serif" font-size="13">`,
    `<rect width="${WIDTH}" height="${y}" fill="#ffffff"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n')
}

function panelOf({ rows }: Section, { baseline }: Results): { subtitle: string; bars: Bar[] } {
  const first = rows.find(({ summaries }) => summaries.length > 0)?.summaries[0]
  if (first === undefined) return { subtitle: '', bars: [] }
  const { metric, unit } = first
  const shown = rows.flatMap(({ contender, summaries }) => {
    const summary = summaries.find((candidate) => candidate.metric === metric && candidate.unit === unit)
    return summary === undefined ? [] : [{ contender, summary }]
  })
  const reference = shown.find(({ contender }) => contender === baseline)?.summary
  const bars = shown.map(({ contender, summary }) => {
    const value = `${formatNumber(summary.median)} ${unit}`
    const compared = reference !== undefined && reference !== summary
    const label = compared ? `${value} (${formatRatio(ratio(summary, reference))})` : value
    return { name: contender, value: summary.median, label }
  })
  return { subtitle: `${metric}, ${unit} (${UNITS[unit]} is better)`, bars }
}

function text(x: number, y: number, content: string, attributes = ''): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return `<text x="${x.toFixed(1)}" y="${y}" fill="#222222" ${attributes}>${escaped}</text>`
}
