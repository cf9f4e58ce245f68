import { at, valueAt } from '../numeric/at.js'
import { filterJudgments } from '../outcomes/filterJudgments.js'
import type { JudgedData } from '../outcomes/outcomes.js'
import { cellsOf, isCovered, widthOf } from './cells.js'
import type { Cell } from './cells.js'
import { hiddenCells } from './hiddenCells.js'
import type { HiddenCells } from './hiddenCells.js'
import { compareSystems } from './sourceMeans.js'
import type { MeasuredSystem, SourceMean, Unit } from './sourceMeans.js'
import { meanSystem, promptsOfSource, trainSystem } from './systems.js'
import type { Comparison, Predict } from './systems.js'

export interface UnseenBlocksReport {
  /** Hidden ones, of all folds together. */
  cells: number
  metrics: SourceMean[]
}

/** True means nearer to each other than this are in no order. */
const MIN_DIFFERENCE = 0.02

/** Outcomes of an LLM in a source from which on its mean is worth comparing. */
const MIN_COMPARED = 5

const LLM_MEAN = 'LLM mean'

/**
 * How well LLMs are predicted in sources whose outcomes of them training has not seen, but others: cells (LLM x source) are
 * hidden, all sources at once, and each setup is trained once for each fold. The mean of each LLM is compared as well. A
 * TensorFlow.js backend must have been started.
 * @throws LLimitError as `trainPredictor` does.
 */
export async function evaluateUnseenBlocks(
  comparison: Comparison,
  folds: number,
): Promise<UnseenBlocksReport> {
  const { data, setups, seed } = comparison
  const names = [...setups.map(({ name }) => name), LLM_MEAN]
  const units = new Map(names.map((name): [string, Unit[]] => [name, []]))
  for (let fold = 0; fold < folds; fold++) {
    const hidden = hiddenCells(data.outcomes, fold)
    const visible = withoutCells(data, hidden)
    for (const setup of setups) {
      const { predict } = await trainSystem(visible, setup, comparison, `fold ${fold + 1} of the blocks`)
      valueAt(units, setup.name).push(...unitsOf(data, hidden, predict))
    }
    valueAt(units, LLM_MEAN).push(...unitsOf(data, hidden, meanSystem(visible, data)))
  }
  const systems: MeasuredSystem[] = names.map((name) => ({ name, units: valueAt(units, name) }))
  return { cells: valueAt(units, LLM_MEAN).length, metrics: compareSystems(systems, seed) }
}

function withoutCells(data: JudgedData, hidden: HiddenCells): JudgedData {
  const { prompts } = data.outcomes
  return filterJudgments(data, (llm, prompt) => hidden.get(at(prompts, prompt).source)?.has(llm) !== true)
}

/** A unit for each hidden cell, in the order of the sources and LLMs. */
function unitsOf({ outcomes }: JudgedData, hidden: HiddenCells, predict: Predict): Unit[] {
  return [...hidden].flatMap(([source, llms]) => {
    const { predicted, evidence } = predict(promptsOfSource(outcomes, source))
    const cells = cellsOf(predicted, evidence?.deviationOf)
    const hiddenNames = new Set([...llms].map((llm) => at(outcomes.llms, llm)))
    return cells
      .filter(({ llm }) => hiddenNames.has(llm))
      .sort((a, b) => (a.llm < b.llm ? -1 : 1))
      .map((cell) => ({ source, shares: sharesOf(cell, cells) }))
  })
}

function sharesOf(cell: Cell, all: readonly Cell[]): Unit['shares'] {
  const opponents = all.filter(
    (other) =>
      other !== cell && other.outcomes >= MIN_COMPARED && Math.abs(cell.score - other.score) > MIN_DIFFERENCE,
  )
  const right = opponents.filter(
    ({ score, prediction }) => cell.score > score === cell.prediction > prediction,
  )
  const { deviation } = cell
  return {
    'log loss': { above: cell.loss, below: cell.outcomes },
    pairs: { above: right.length, below: opponents.length },
    'error of means': { above: Math.abs(cell.score - cell.prediction), below: 1 },
    ...(deviation !== undefined && {
      coverage: { above: isCovered(cell, deviation) ? 1 : 0, below: 1 },
      width: { above: widthOf(cell, deviation), below: 1 },
    }),
  }
}
