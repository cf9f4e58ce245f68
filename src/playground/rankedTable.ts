import type { PromptRanking, RankedLlm } from './api.js'
import { element, shape } from './elements.js'
import { count, dollars, probability } from './format.js'
import { linearScale } from './scales.js'

const BAR = { width: 100, height: 14 }
const UNKNOWN = '–'

/** LLMs with the probability of each as a bar with its interval, the outcomes behind it, and what its answer will cost. */
export function rankedTable(
  { choice }: PromptRanking,
  rows: readonly RankedLlm[],
  caption: string,
): HTMLElement {
  const heads = ['LLM', 'Probability of success', 'Interval', 'Evidence', 'Tokens', 'Cost']
  const table = element(
    'table',
    {},
    element('caption', { class: 'unseen' }, caption),
    element('thead', {}, element('tr', {}, ...heads.map((head) => element('th', { scope: 'col' }, head)))),
    element('tbody', {}, ...rows.map((row) => rankedRow(row, row.llm === choice))),
  )
  // What scrolls must be reached by the keyboard.
  return element('div', { class: 'scroll', role: 'region', 'aria-label': caption, tabindex: 0 }, table)
}

function rankedRow(row: RankedLlm, isChoice: boolean): HTMLTableRowElement {
  const { llm, low, high, evidence, output_tokens: tokens, cost } = row
  const name = element('th', { scope: 'row' }, llm)
  if (isChoice) name.append(' ', element('span', { class: 'badge' }, 'chosen'))
  return element(
    'tr',
    isChoice ? { class: 'chosen' } : {},
    name,
    element('td', { class: 'bar' }, bar(row), probability(row.probability)),
    element('td', {}, low === null || high === null ? UNKNOWN : `${low.toFixed(2)}–${high.toFixed(2)}`),
    element('td', {}, evidence === null ? UNKNOWN : count(evidence)),
    element('td', {}, tokens === null ? UNKNOWN : count(tokens)),
    element('td', {}, cost === null ? UNKNOWN : dollars(cost)),
  )
}

/** The numbers are in the cells, so that a screen reader need not have it. */
function bar({ probability: value, low, high }: RankedLlm): SVGSVGElement {
  const { width, height } = BAR
  const x = linearScale([0, 1], [0, width])
  const drawn = shape(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, height, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    shape('rect', { class: 'track', width, height, rx: 2 }),
    shape('rect', { class: 'value', width: x(value), height, rx: 2 }),
  )
  if (low !== null && high !== null) {
    const middle = height / 2
    drawn.append(
      shape('path', {
        class: 'whisker',
        d: `M${x(low)} ${middle - 4}v8m0-4H${x(high)}m0-4v8`,
      }),
    )
  }
  return drawn
}
