import type { Card } from '../../card.js'
import type { Evaluation } from '../../evaluate/evaluate.js'
import { byEvidence, llmTable } from '../../evaluate/report/cells.js'
import { evaluationReport } from '../../evaluate/report/evaluationReport.js'
import { isPredicting } from '../../evaluate/system.js'
import type { System } from '../../evaluate/system.js'
import type { DataReport } from '../../outcomes/checkJudgedData.js'
import type { Outcomes } from '../../outcomes/outcomes.js'
import type { SelectionService } from '../../selection/service.js'
import type { Terminal } from '../commandLine/terminal.js'
import { writePage } from '../reporting/writePage.js'
import { costQualityOf } from './costQuality.js'
import { evidenceOf } from './evidence.js'
import type { Provenance } from './write.js'

interface Evaluated {
  /** What was measured on, and the systems that predict it, the first of which the page is about. */
  outcomes: Outcomes
  /** Of the split that baselines are fitted on. */
  training: Outcomes
  systems: readonly System[]
  evaluation: Evaluation
  provenance: Provenance
  data: DataReport
  /** Undefined without a saved model. */
  card: Card | undefined
}

/**
 * Writes an evaluation as one HTML file.
 * @param where as `writePage` takes it
 * @returns the file
 */
export async function writeReport(
  where: string,
  { outcomes, training, systems, evaluation, provenance, data, card }: Evaluated,
  selection: SelectionService,
  terminal: Terminal,
): Promise<string> {
  const [first] = systems.filter(isPredicting)
  if (first === undefined) throw new RangeError('expected a system that predicts, got none')
  const { date, model, split, remarks, files, seed } = provenance
  const evidence =
    model === undefined || card?.evidence === undefined
      ? undefined
      : await evidenceOf(selection, model.name, outcomes, terminal)
  const priced = model === undefined || card === undefined ? undefined : { name: model.name, card }
  const request = { model: priced, outcomes, training, systems, seed }
  const cost = await costQualityOf(selection, request, terminal)
  const version = model === undefined ? '' : `version ${model.version}, `
  const names = files.map(({ name }) => name).join(', ')
  return writePage(
    where,
    evaluationReport({
      evaluation,
      llms: llmTable(outcomes, first.predictions),
      evidence: evidence && byEvidence(outcomes, first.predictions, evidence),
      cost,
      data,
      remarks,
      provenance: { ...provenance },
      subtitle: `${version}${date}; split ${split} of ${names}`,
    }),
  )
}
