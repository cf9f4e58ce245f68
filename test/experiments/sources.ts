import type { EmbeddedData } from '../../src/experiments/predictOutcomes.js'
import type { Comparison } from '../../src/experiments/systems.js'
import { matrixOf } from '../../src/numeric/matrix.js'
import { createRandom, gaussian } from '../../src/numeric/random.js'
import { recipeSchema } from '../../src/train/recipe.js'
import type { Recipe } from '../../src/train/recipe.js'
import { judged } from '../outcomes/judged.js'

/** Logit of success that a source adds: what is easy flatters those who were judged on it alone. */
const LEVELS = { easy: 2.5, middle: 0, hard: -2.5 }
type Source = keyof typeof LEVELS
const SOURCES = Object.keys(LEVELS) as Source[]

/** Width of the embeddings. */
const E = 4

/** Name -> ability, and the sources that it was judged on: weak ones on the easy one, strong ones on the hard one, others on all. */
function makeLlms(): { name: string; ability: number; sources: readonly Source[] }[] {
  const random = createRandom(17)
  const draw = (name: string, ability: number, sources: readonly Source[]) => ({
    name,
    ability: ability + 0.3 * gaussian(random),
    sources,
  })
  return [
    ...Array.from({ length: 6 }, (_, i) => draw(`weak-${i}`, -1.5, ['easy', 'middle'])),
    ...Array.from({ length: 6 }, (_, i) => draw(`strong-${i}`, 1.5, ['hard', 'middle'])),
    ...Array.from({ length: 12 }, (_, i) => draw(`both-${i}`, (i - 5.5) / 4, SOURCES)),
  ]
}

/** Three sources, each about something else, with LLMs of their own and some that they share. */
export function flatteringWorld(): EmbeddedData {
  const random = createRandom(18)
  const llms = makeLlms()
  const embeddings: number[] = []
  const rows = SOURCES.flatMap((source, s) =>
    Array.from({ length: 75 }, (_, p) => {
      const vector = Array.from({ length: E }, (_, e) => (e === s ? 1 : 0) + 0.2 * gaussian(random))
      const length = Math.hypot(...vector)
      embeddings.push(...vector.map((value) => value / length))
      const judgedOn = llms.filter(({ sources }) => sources.includes(source))
      const scores = judgedOn.map(({ name, ability }) => {
        const chance = 1 / (1 + Math.exp(-ability - LEVELS[source]))
        return [name, random() < chance ? 1 : 0] as const
      })
      const split = p < 60 ? 'train' : 'dev'
      const prompt = `${source} prompt ${p}`
      return { prompt, source, category: source, split, scores: Object.fromEntries(scores) }
    }),
  )
  return { data: judged(rows), embeddings: matrixOf(Float32Array.from(embeddings), E) }
}

/** Recipes to be compared on the embeddings of a world. */
export function comparisonOf(
  { data, embeddings }: EmbeddedData,
  recipes: Record<string, Recipe>,
): Comparison {
  const setups = Object.entries(recipes).map(([name, recipe]) => ({
    name,
    recipe,
    embed: () => embeddings,
  }))
  return { data, setups, seed: 1 }
}

/** Trains in a second. */
export const QUICK = recipeSchema.parse({
  kinds: { heads: 1, per_category: 1, table_learning_rate: 0.1, gate_learning_rate: 0.03 },
  schedule: { epochs: 4, least_steps: 80, batch_prompts: 20, warm_up_steps: 5 },
  evidence: { regions: 4 },
})
