import { logitOf } from '../calibration/probability.js'
import { FEATURE_GROUPS } from '../features/v2.js'
import { at } from '../numeric/at.js'
import type { LlmRow } from '../numeric/indices.js'
import { cellOf, rowOf } from '../numeric/matrix.js'
import { addScaled, dot } from '../numeric/vector.js'
import type { Evidence } from '../registry/evidence.js'
import type { LoadedModel } from '../registry/loadModel.js'
import type { Contributions, Explanation, NearKind } from './ranking.js'
import { shapleyValues } from './shapley.js'

/** Prompts of a request, and LLMs of a prompt: each LLM takes a hundred scores. */
export const MAX_EXPLAINED = { prompts: 16, llms: 10 } as const

const MAX_KINDS = 3

/** The parts of a prompt that the logit is divided among, in the order of the bits of a coalition. */
const GROUPS = ['length', 'structure', 'subject', 'tone', 'task', 'format'] as const
const PARTS = ['embedding', ...GROUPS] as const
const COALITIONS = 2 ** PARTS.length

/** An LLM with its probability, which its contributions add up to. */
interface ExplainedLlm {
  /** As asked. */
  llm: string
  row: LlmRow
  /** With the level of an unfamiliar prompt, before attempts on it; and given these. */
  leveled: number
  probability: number
}

interface ExplainedPrompt {
  /** [E] */
  vector: Float32Array
  /** [F] of version 2, scaled */
  features: Float32Array
  llms: readonly ExplainedLlm[]
}

/**
 * Explains the probabilities of a prompt.
 * @param model with evidence, and what `averageOf` says of that
 */
export async function explain(
  { vector, features, llms }: ExplainedPrompt,
  {
    network,
    evidence,
    average,
  }: { network: Pick<LoadedModel['network'], 'score'>; evidence: Evidence; average: Float32Array },
  signal: AbortSignal | undefined,
): Promise<Explanation> {
  const E = vector.length
  const F = features.length
  const embeddings = new Float32Array(COALITIONS * E)
  const kept = new Float32Array(COALITIONS * F)
  for (let coalition = 0; coalition < COALITIONS; coalition++) {
    const has = (part: number) => (coalition & (1 << part)) !== 0
    embeddings.set(has(0) ? vector : average, coalition * E)
    for (const [g, group] of GROUPS.entries()) {
      if (!has(g + 1)) continue
      for (const f of FEATURE_GROUPS[group]) kept[coalition * F + f] = at(features, f)
    }
  }
  const rows = Int32Array.from(llms, ({ row }) => row)
  const batch = { embeddings, features: kept, llms: rows, batchSize: COALITIONS }
  const scores = await network.score(batch, signal)
  const contributions = Object.fromEntries(
    llms.map((llm, m) => {
      const logits = Float64Array.from(scores.subarray(m * COALITIONS, (m + 1) * COALITIONS), logitOf)
      return [llm.llm, contributionsOf(llm, logits)]
    }),
  )
  return { kinds: nearestKinds(vector, evidence, llms), contributions }
}

/** @param logits [COALITIONS] of the network */
function contributionsOf({ leveled, probability }: ExplainedLlm, logits: Float64Array): Contributions {
  const parts = shapleyValues(logits)
  const part = (name: (typeof PARTS)[number]) => at(parts, PARTS.indexOf(name))
  return {
    average: at(logits, 0),
    embedding: part('embedding'),
    length: part('length'),
    structure: part('structure'),
    subject: part('subject'),
    tone: part('tone'),
    task: part('task'),
    format: part('format'),
    familiarity: logitOf(leveled) - at(logits, COALITIONS - 1),
    outcomes: logitOf(probability) - logitOf(leveled),
    logit: logitOf(probability),
  }
}

/** [E] the mean of the regions, which stands for the average training prompt. */
export function averageOf({ centroids }: Evidence): Float32Array {
  const sum = new Float64Array(centroids.columns)
  for (let region = 0; region < centroids.rows; region++) {
    addScaled(sum, 1 / centroids.rows, rowOf(centroids, region))
  }
  return Float32Array.from(sum)
}

function nearestKinds(
  vector: Float32Array,
  { centroids, categories = [], outcomes, successes }: Evidence,
  llms: readonly ExplainedLlm[],
): NearKind[] {
  const length = Math.sqrt(dot(vector, vector))
  const nearest = new Map<string, { region: number; similarity: number }>()
  for (const [region, category] of categories.entries()) {
    if (category === '') continue
    const similarity = length === 0 ? 0 : dot(vector, rowOf(centroids, region)) / length
    const before = nearest.get(category)
    if (before === undefined || similarity > before.similarity) nearest.set(category, { region, similarity })
  }
  return [...nearest]
    .sort(([, a], [, b]) => b.similarity - a.similarity)
    .slice(0, MAX_KINDS)
    .map(([category, { region, similarity }]) => {
      const judged = llms.map(({ llm, row }) => [llm, row, cellOf(outcomes, row, region)] as const)
      return {
        category,
        similarity,
        outcomes: Object.fromEntries(judged.map(([llm, , count]) => [llm, count])),
        ...(successes && {
          success_rate: Object.fromEntries(
            judged
              .filter(([, , count]) => count > 0)
              .map(([llm, row, count]) => [llm, cellOf(successes, row, region) / count]),
          ),
        }),
      }
    })
}
