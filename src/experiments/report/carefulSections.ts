import { numberColumns, table } from '../../report/html.js'
import type { Html } from '../../report/html.js'
import type { Section } from '../../report/page.js'
import type { CarefulChoices } from '../carefulChoices.js'
import { count, rangeOf, signed } from './numbers.js'

const NONE = '–'

/** The guard, and bounds of familiarity and evidence, on sources that training has not seen and on known ones. */
export function carefulSections({ guard, familiarity, evidence }: CarefulChoices): Section[] {
  const { known } = guard
  const kept =
    known?.kept === undefined
      ? ''
      : ` Of the gain on known sources it keeps ${known.kept.value.toFixed(2)} (${known.kept.low.toFixed(2)} to ${known.kept.high.toFixed(2)}).`
  return [
    {
      title: 'Careful choices',
      about:
        `The guard takes the LLM with the highest prediction only where it is better than the best constant by ${guard.z} standard ` +
        `errors.${kept}`,
      content: [guardTable(guard)],
    },
    {
      title: 'Where a choice is not believed',
      about:
        'What the LLM with the highest prediction gains over the best constant on prompts below a bound; where it gains nothing, a ' +
        'recipe may abstain. An asterisk marks a gain whose interval over prompts leaves out 0.',
      content: [gainTable('familiarity', familiarity), gainTable('evidence', evidence)],
    },
  ]
}

function guardTable({ sources }: CarefulChoices['guard']): Html {
  const columns = [
    { title: 'source' },
    ...numberColumns('prompts', 'constant', 'guard', 'difference', 'standard error', 'no guard'),
  ]
  const rows = sources.map(({ source, prompts, constant, guarded, standardError, best }) => [
    source,
    count(prompts),
    constant.toFixed(3),
    guarded.toFixed(3),
    signed(guarded - constant),
    standardError.toFixed(3),
    best.toFixed(3),
  ])
  return table('Mean score on unseen sources', columns, rows)
}

type Step = CarefulChoices['familiarity'][number]

function gainTable(field: string, steps: readonly Step[]): Html {
  const columns = [
    { title: `${field} below` },
    ...numberColumns(
      'unseen prompts',
      'gain',
      'interval',
      'known prompts',
      'gain',
      'interval',
      'of the whole gain',
    ),
  ]
  const rows = steps.map(({ bound, unseen, known }) => [
    // Familiarities end at 1.
    field === 'familiarity' && bound > 1 ? 'all' : String(bound),
    ...cellsOf(unseen),
    ...cellsOf(known),
    known.share === undefined ? NONE : known.share.toFixed(2),
  ])
  return table(`Gain below a bound of ${field}`, columns, rows)
}

function cellsOf({ prompts, gain }: Step['unseen']): string[] {
  if (gain === undefined) return [count(prompts), NONE, NONE]
  const mark = gain.low > 0 || gain.high < 0 ? '*' : ''
  return [count(prompts), `${signed(gain.value)}${mark}`, rangeOf([gain.low, gain.high])]
}
