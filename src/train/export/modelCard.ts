import { createHash } from 'node:crypto'

import type { Card, Training } from '../../card.js'
import { at, valueAt } from '../../numeric/at.js'
import { tally } from '../../numeric/tally.js'
import type { JudgedData } from '../../outcomes/outcomes.js'
import type { DenseNetworkWeights } from '../../scorer/networkWeights.js'
import type { Recipe } from '../recipe.js'

/** The parts of a card that say what a network looks like and what it was made of. */

/** Of the first tower and the first gated branch; the others of a blend are alike. */
export function networkShape(network: DenseNetworkWeights): Card['network'] {
  const { towers, gatedBranches, activation } = network
  const [tower] = towers
  const [branch] = gatedBranches
  return {
    hidden: tower === undefined ? [] : tower.layers.slice(0, -1).map(({ bias }) => bias.length),
    llm_embedding_dimension: (tower?.llmVectors ?? at(gatedBranches, 0).classScores).columns,
    activation,
    ...(branch === undefined ? {} : { kinds: branch.classScores.columns }),
  }
}

/** The bounds of the recipe, without those that nothing is below. */
export function abstainOf({ abstain }: Pick<Recipe, 'abstain'>): Pick<Card, 'abstain'> {
  const { familiarity, evidence } = abstain
  const bounds = { ...(familiarity > 0 && { familiarity }), ...(evidence > 0 && { evidence }) }
  return Object.keys(bounds).length > 0 ? { abstain: bounds } : {}
}

/** @param llms of the model, all of them in the data */
export function dataSummary(data: JudgedData, llms: readonly string[]): Training['data'] {
  const { outcomes, comparisons, files } = data
  return {
    files: files.map(({ name, sha256 }) => ({ name, sha256 })),
    prompts: outcomes.prompts.length,
    outcomes: outcomes.score.length,
    comparisons: comparisons.preference.length,
    ...(comparisons.preference.length === 0 ? {} : { llm_comparisons: comparisonCounts(data, llms) }),
    sources: Object.fromEntries(tally(outcomes.prompts.map(({ source }) => source))),
  }
}

/** How often each LLM was compared. */
function comparisonCounts(
  { outcomes, comparisons: { a, b } }: JudgedData,
  llms: readonly string[],
): number[] {
  const counts = new Map(outcomes.llms.map((name) => [name, 0]))
  for (const row of [...a, ...b]) {
    const name = at(outcomes.llms, row)
    counts.set(name, valueAt(counts, name) + 1)
  }
  return llms.map((name) => valueAt(counts, name))
}

export function originOf({ files, outcomes }: JudgedData): Card['origin'] {
  const sums = files.map(({ sha256 }) => sha256)
  const [only] = sums
  return {
    source: files.map(({ name }) => name).join(', '),
    sha256:
      sums.length === 1 && only !== undefined ? only : createHash('sha256').update(sums.join()).digest('hex'),
    description: `trained on the outcomes of ${outcomes.llms.length} LLMs on ${outcomes.prompts.length} prompts`,
  }
}
