import { hasValue } from '../metrics/scoredOutcomes.js'
import { spearman } from '../metrics/spearman.js'
import { at, valueAt } from '../numeric/at.js'
import type { JudgedData } from '../outcomes/outcomes.js'
import { meanProbabilities } from '../train/calibration/meanProbabilities.js'
import { carefulChoices } from './carefulChoices.js'
import type { CarefulChoices } from './carefulChoices.js'
import { cellsOf, isCovered, widthOf } from './cells.js'
import { choicesOf, guardedUnits } from './choices.js'
import type { Choice } from './choices.js'
import { llmsKnownElsewhere } from './hiddenCells.js'
import { INDEPENDENT, jointUnits, SHARED, sharedDeviation } from './jointUnits.js'
import { choosePredicted } from './predictOutcomes.js'
import { promptUnits } from './promptUnits.js'
import { compareSystems, meanOverSources } from './sourceMeans.js'
import type { MeasuredSystem, SourceMean, Unit } from './sourceMeans.js'
import { constantSystem, meanSystem, promptsOfSource, promptsOfSplit, trainSystem } from './systems.js'
import type { Comparison, Predict, TrainedSystem } from './systems.js'

export interface UnseenSourcesReport {
  sources: string[]
  /** Plain means over the sources. */
  metrics: SourceMean[]
  /** Of the first setup and of the best constant, source by source. */
  routed: { source: string; recipe: number; constant: number }[]
  /** Of the first setup. */
  careful: CarefulChoices
}

/** Split of prompts that neither training nor the choice of its epoch sees. */
const UNSEEN = 'unseen'
const BEST_CONSTANT = 'best constant'
const LLM_MEAN = 'LLM mean'

/** Standard errors that the guard asks for. */
const GUARDS = [0.25, 0.5, 0.75, 1, 1.5]
const guardName = (z: number) => `guard, z = ${z}`

/** Units of a system: prompts, cells (LLM x source) and whole sources, each with metrics of their own. */
interface Units {
  prompts: Unit[]
  cells: Unit[]
  sources: Unit[]
}

/**
 * What a source that training has never seen does to level, order and choice: whole sources are left out in groups, and scored on
 * the LLMs that have outcomes elsewhere. Compared as well: the mean of each LLM; in routing, the LLM that is best on average over
 * the training sources as the first setup predicts it, and the guard that stays with it unless the difference is clear; whether outcomes on one prompt depend on each other as the shared difficulty
 * of the first setup says, or not at all. A TensorFlow.js backend must have been started.
 * @throws LLimitError as `trainPredictor` does.
 */
export async function evaluateUnseenSources(
  comparison: Comparison,
  groups: number,
): Promise<UnseenSourcesReport> {
  const { data, setups, seed } = comparison
  const sources = [...new Set(data.outcomes.prompts.map(({ source }) => source))].sort()
  const names = [
    ...setups.map(({ name }) => name),
    LLM_MEAN,
    BEST_CONSTANT,
    ...GUARDS.map(guardName),
    SHARED,
    INDEPENDENT,
  ]
  const units = new Map(names.map((name): [string, Units] => [name, { prompts: [], cells: [], sources: [] }]))
  const choices: Choices = { unseen: [], known: [] }
  for (let g = 0; g < groups; g++) {
    const leftOut = new Set(sources.filter((_, i) => i % groups === g))
    const visible = withoutSources(data, leftOut)
    const known = llmsKnownElsewhere(data.outcomes, leftOut)
    const add = (name: string, predict: Predict) => {
      for (const source of leftOut) addUnits(valueAt(units, name), data, source, known, predict)
    }
    for (const [i, setup] of setups.entries()) {
      const what = `group ${g + 1} of the sources`
      const trained = await trainSystem(visible, setup, comparison, what)
      add(setup.name, trained.predict)
      if (i > 0) continue
      const means = meanProbabilities(trained.predictor)
      const { llms } = trained.predictor.prepared
      add(BEST_CONSTANT, constantSystem(data, llms, means))
      const group = { visible, leftOut, known, means: new Map(llms.map((llm, m) => [llm, at(means, m)])) }
      addFirst({ units, choices }, trained, comparison, group)
    }
    add(LLM_MEAN, meanSystem(visible, data))
  }
  const { z } = at(setups, 0).recipe.guard
  const careful = carefulChoices(choices.unseen, choices.known, { z, seed })
  return { ...reportOf(names, units, seed), careful }
}

/** Of the first setup, on sources that training has not seen and on dev prompts of those that it has. */
type Choices = Record<'unseen' | 'known', Choice[]>

/** What a training sees, and what it does not. */
interface Group {
  visible: JudgedData
  /** Sources. */
  leftOut: ReadonlySet<string>
  /** LLMs that have outcomes elsewhere. */
  known: ReadonlySet<string>
  /** Of each LLM over what is visible. */
  means: ReadonlyMap<string, number>
}

/** What only the first setup is asked: guards, choices, and how outcomes depend on each other. */
function addFirst(
  { units, choices }: { units: ReadonlyMap<string, Units>; choices: Choices },
  { predict, predictor }: TrainedSystem,
  { data, setups, seed }: Comparison,
  { visible, leftOut, known, means }: Group,
): void {
  const { z } = at(setups, 0).recipe.guard
  const deviation = sharedDeviation(predictor)
  for (const source of leftOut) {
    const { prompts, ...own } = predictKnown(predict, data, source, known)
    for (const other of GUARDS) {
      valueAt(units, guardName(other)).prompts.push(...guardedUnits(source, { ...own, means }, other))
    }
    choices.unseen.push(...choicesOf(placesOf(data, prompts), { ...own, means }, z))
    const joint = jointUnits(source, own.predicted, deviation, seed)
    for (const name of [SHARED, INDEPENDENT] as const) valueAt(units, name).prompts.push(...joint[name])
  }
  const dev = promptsOfSplit(visible.outcomes, 'dev')
  choices.known.push(...choicesOf(placesOf(data, dev), { ...predict(dev), means }, z))
}

/** [P] the source of some prompts, with their place in the data. */
function placesOf({ outcomes }: JudgedData, chosen: Int32Array): Pick<Choice, 'prompt' | 'source'>[] {
  return Array.from(chosen, (prompt) => ({ prompt, source: at(outcomes.prompts, prompt).source }))
}

function withoutSources(data: JudgedData, leftOut: ReadonlySet<string>): JudgedData {
  const prompts = data.outcomes.prompts.map((prompt) =>
    leftOut.has(prompt.source) ? { ...prompt, split: UNSEEN } : prompt,
  )
  return { ...data, outcomes: { ...data.outcomes, prompts } }
}

function addUnits(
  units: Units,
  data: JudgedData,
  source: string,
  known: ReadonlySet<string>,
  predict: Predict,
): void {
  const { predicted, evidence } = predictKnown(predict, data, source, known)
  const cells = cellsOf(predicted, evidence?.deviationOf)
  units.prompts.push(...promptUnits(source, predicted))
  for (const cell of cells) {
    const { deviation } = cell
    if (deviation === undefined) continue
    const shares = {
      coverage: { above: isCovered(cell, deviation) ? 1 : 0, below: 1 },
      width: { above: widthOf(cell, deviation), below: 1 },
    }
    units.cells.push({ source, shares })
  }
  const compared = cells.filter(({ outcomes }) => outcomes >= minCompared(predicted.prompts))
  const order = spearman(
    Float64Array.from(compared, ({ score }) => score),
    Float64Array.from(compared, ({ prediction }) => prediction),
  )
  if (hasValue(order)) units.sources.push({ source, shares: { 'order of LLMs': { above: order, below: 1 } } })
}

/** On all prompts of a source, of the LLMs that are known. */
function predictKnown<E>(predict: Predict<E>, data: JudgedData, source: string, known: ReadonlySet<string>) {
  const prompts = promptsOfSource(data.outcomes, source)
  const { predicted, evidence } = predict(prompts)
  return { prompts, predicted: choosePredicted(predicted, (i) => known.has(at(predicted.llm, i))), evidence }
}

/** Outcomes of an LLM from which on its mean is worth comparing: 20, fewer in a small source. */
function minCompared(prompts: number): number {
  return Math.min(20, Math.max(3, Math.floor(prompts / 2)))
}

function reportOf(
  names: readonly string[],
  units: ReadonlyMap<string, Units>,
  seed: number,
): Omit<UnseenSourcesReport, 'careful'> {
  const systemsOf = (kind: keyof Units): MeasuredSystem[] =>
    names
      .map((name) => ({ name, units: valueAt(units, name)[kind] }))
      .filter((system) => system.units.length > 0)
  const first = valueAt(units, at(names, 0)).prompts
  const constant = valueAt(units, BEST_CONSTANT).prompts
  const sources = [...new Set(first.map(({ source }) => source))]
  return {
    sources,
    metrics: (['prompts', 'cells', 'sources'] as const).flatMap((kind) =>
      compareSystems(systemsOf(kind), seed),
    ),
    routed: sources
      .map((source) => ({ source, recipe: routedOf(first, source), constant: routedOf(constant, source) }))
      .filter(({ recipe }) => hasValue(recipe)),
  }
}

function routedOf(units: readonly Unit[], wanted: string): number {
  return meanOverSources(
    units.filter(({ source }) => source === wanted),
    'routed',
  )
}
