import { rank } from './api.js'
import type { Contributions, Explanation } from './api.js'
import { element, shape } from './elements.js'
import { count, percent } from './format.js'
import type { RankBody } from './request.js'
import { linearScale } from './scales.js'

const BAR = { width: 160, height: 14 }

const METHOD =
  'In logits: 1 more makes an even chance .73. Each part is what it adds on average over all orders in which the parts of the ' +
  'prompt could come (Shapley values); together they lead from the average prompt to this one.'

const PARTS: readonly (readonly [keyof Contributions, string])[] = [
  ['average', 'The average prompt'],
  ['embedding', 'What the prompt means'],
  ['length', 'Its length and its words'],
  ['structure', 'Questions and parts'],
  ['subject', 'Its field'],
  ['tone', 'Its tone'],
  ['task', 'What is to be done'],
  ['format', 'The form of the answer'],
  ['familiarity', 'Unfamiliar prompts count less'],
  ['outcomes', 'Attempts'],
  ['logit', 'This prompt'],
]

/** What the probability of an LLM rests on, asked for when it is opened. @param body a request for one prompt */
export function explanationView(body: RankBody, llm: string, isOpen: boolean): HTMLDetailsElement {
  const place = element('div', {})
  const details = element(
    'details',
    { class: 'why' },
    element('summary', {}, `Why ${llm} has this probability`),
    place,
  )
  let isAsked = false
  const ask = async () => {
    if (!details.open || isAsked) return
    isAsked = true
    try {
      const { answer } = await rank(
        { ...body, candidates: [llm], objective: { type: 'best' }, explain: true },
        new AbortController().signal,
      )
      const explanation = answer.prompts[0]?.explanation
      if (explanation !== undefined) place.replaceChildren(...shown(explanation, llm))
    } catch (error) {
      place.textContent = error instanceof Error ? error.message : String(error)
    }
  }
  details.addEventListener('toggle', () => void ask())
  details.open = isOpen
  return details
}

function shown({ kinds, contributions }: Explanation, llm: string): HTMLElement[] {
  const own = contributions[llm]
  const near = kinds.map(({ category, similarity, outcomes, success_rate: rates }) => {
    const judged = outcomes[llm]
    const of = judged === undefined ? '' : `, ${count(judged)} outcomes of ${llm}`
    const rate = rates?.[llm]
    const successful = rate === undefined ? '' : `, ${percent(rate)} successful`
    return element('li', {}, `${category}: cosine ${similarity.toFixed(2)}${of}${successful}`)
  })
  return [
    ...(own === undefined ? [] : [partsTable(own, `What moves the logit of ${llm}`)]),
    element('p', { class: 'note' }, METHOD),
    ...(near.length === 0
      ? []
      : [element('p', {}, 'The nearest kinds of training prompts:'), element('ul', {}, ...near)]),
  ]
}

function partsTable(own: Contributions, caption: string): HTMLElement {
  const rows = PARTS.filter(([part]) => own[part] !== 0)
  const most = Math.max(...rows.map(([part]) => Math.abs(own[part])))
  const table = element(
    'table',
    {},
    element('caption', { class: 'unseen' }, caption),
    element(
      'tbody',
      {},
      ...rows.map(([part, label]) =>
        element(
          'tr',
          part === 'logit' ? { class: 'chosen' } : {},
          element('th', { scope: 'row' }, label),
          element('td', { class: 'bar' }, bar(own[part], most), signed(own[part])),
        ),
      ),
    ),
  )
  return element('div', { class: 'scroll', role: 'region', 'aria-label': caption, tabindex: 0 }, table)
}

/** From the middle to the left or to the right. */
function bar(value: number, most: number): SVGSVGElement {
  const { width, height } = BAR
  const x = linearScale([-most, most], [0, width])
  return shape(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, height, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    shape('rect', { class: 'track', width, height, rx: 2 }),
    shape('rect', { class: 'value', x: Math.min(x(0), x(value)), width: Math.abs(x(value) - x(0)), height }),
  )
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`
}
