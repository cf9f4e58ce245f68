import type { ComparisonRow } from '../../src/outcomes/comparisonRow.js'
import { JudgedDataBuilder } from '../../src/outcomes/judgedDataBuilder.js'
import type { CleanedData } from '../../src/outcomes/judgedDataBuilder.js'
import type { OutcomeRow } from '../../src/outcomes/outcomeRow.js'

/** Judged data of rows that leave out what a test does not care for. */
export function judged(
  outcomes: readonly (Pick<OutcomeRow, 'prompt' | 'scores'> & Partial<OutcomeRow>)[],
  comparisons: readonly (Pick<ComparisonRow, 'prompt' | 'a' | 'b'> & Partial<ComparisonRow>)[] = [],
): CleanedData {
  const builder = new JudgedDataBuilder()
  const rest = { source: '', category: '', split: '' }
  for (const row of outcomes) builder.addOutcomes({ ...rest, ...row })
  for (const row of comparisons) builder.addComparison({ ...rest, preference: 1, ...row })
  return builder.build([])
}
