import { html, numberColumns, table } from '../../report/html.js'
import { figure } from '../../report/page.js'
import type { Section } from '../../report/page.js'
import { bandsSvg } from '../decisions/charts.js'
import { curveCells, percent, PROMPTS_OF_A_COST } from '../decisions/describe.js'
import type { DecisionReport } from '../decisions/measureDecisions.js'
import { signed, withInterval } from '../table.js'

/** What choices cost and what came of them, or why nobody knows. */
export type CostQuality =
  | {
      report: DecisionReport
      /** LLMs of the outcomes without a known price. */
      unpriced: readonly string[]
      /** Where prices come from, and of when they are. */
      prices: string
    }
  | { missing: string }

const TITLE = 'Cost and quality'

export function costSection(cost: CostQuality): Section {
  if ('missing' in cost) {
    return {
      title: TITLE,
      about: 'What choices cost and what came of them is not known here.',
      content: [html`<p>${cost.missing}</p>`],
    }
  }
  const { report, unpriced, prices } = cost
  const svg = bandsSvg(report)
  return {
    title: TITLE,
    about:
      'For each prompt an LLM is chosen among those that were judged on it and have a known price. Mixing decides by one of two ' +
      'constants at random, without a look at the prompt; value and dial are the objectives of /rank. Above the band of mixing, ' +
      'knowing the prompt is worth its while.',
    content: [
      ...(svg === undefined ? [] : [figure(svg, 'Mean score over the cost of 1,000 prompts')]),
      table(
        `Single choices, ${report.prompts} prompts, ${report.llms} LLMs`,
        [{ title: 'choice' }, ...numberColumns('cost of 1,000', 'score', 'over mixing at the same cost')],
        report.points.map(({ name, cost: paid, score, overConstants }) => [
          name,
          `$${(PROMPTS_OF_A_COST * paid).toPrecision(3)}`,
          withInterval(score),
          signed(overConstants),
        ]),
      ),
      curvesTable(report),
      html`<ul>
        <li>${prices}</li>
        <li>guarded: the best constant, unless another LLM is clearly better.</li>
        <li>sufficient: by rising cost, the LLM that is most probably the first to succeed.</li>
      </ul>`,
      ...(unpriced.length === 0
        ? []
        : [
            html`<details>
              <summary>Left out, since no price is known: ${unpriced.length} LLMs</summary>
              <p>${unpriced.join(', ')}</p>
            </details>`,
          ]),
    ],
  }
}

function curvesTable({ curves, shares }: DecisionReport) {
  const titles = shares.map(percent)
  return table(
    'Score at shares of the cost of the best constant, and on average over the logarithm of the cost',
    [{ title: 'objective' }, ...numberColumns(...titles, 'average', 'over mixing', 'over kNN')],
    curves.map(curveCells),
  )
}
