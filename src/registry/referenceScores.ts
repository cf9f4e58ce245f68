import { leveled, levelFactor } from '../calibration/level.js'
import type { Card } from '../card.js'
import type { Embedder } from '../embedding/embedder.js'
import { LLimitError, messageOf, quote } from '../errors.js'
import { extractFeatures, featureCount } from '../features/features.js'
import { at } from '../numeric/at.js'
import { stackRows } from '../numeric/matrix.js'
import type { LoadedNetwork } from '../scorer/scorer.js'
import type { Evidence } from './evidence.js'

interface Loaded {
  card: Card
  embedder: Embedder
  network: LoadedNetwork
  evidence: Evidence | undefined
}

/** What an encoder in bf16 or int8 may change in a score: more would be another model. The card's tolerance is that of fp32. */
const REDUCED_PRECISION_TOLERANCE = 0.1
const EXACT = /^(?:fp32|static)(?:\+(?:fp32|static))*$/

/**
 * Holds a saved model to the scores that its card has of a few prompts. Whatever a score rests on is behind them: another
 * encoder, tokenizer, prompt or limit gives others.
 * @throws LLimitError MODEL_BROKEN if they differ by more than the card's tolerance.
 */
export async function checkReferenceScores({ card, embedder, network, evidence }: Loaded): Promise<void> {
  const { prompts, llms, scores: expected, tolerance } = card.reference
  const rows = rowsIn(card)
  const embedded = await embedder.embed(prompts)
  const vectors = embedded.map(({ vector }) => vector)
  const features = prompts.map((prompt) => extractFeatures(prompt, card.features))
  const scores = await network
    .score({
      embeddings: stackRows(vectors, card.encoder.dimension).data,
      features: stackRows(features, featureCount(card.features.version)).data,
      llms: Int32Array.from(rows),
      batchSize: prompts.length * llms.length,
    })
    .catch((cause: unknown) => {
      if (cause instanceof LLimitError && cause.code !== 'INTERNAL') throw cause
      // Whatever a layer does not like of what it is given, it will not like at any other time.
      throw new LLimitError('MODEL_BROKEN', `model.json cannot be computed: ${messageOf(cause)}`, { cause })
    })
  const level = evidence?.level
  const factors = vectors.map((vector) =>
    level === undefined || evidence === undefined
      ? 1
      : levelFactor(evidence.placeOf(vector).familiarity, level),
  )
  const allowed = EXACT.test(embedder.precision)
    ? tolerance
    : Math.max(tolerance, REDUCED_PRECISION_TOLERANCE)
  for (const [m, llm] of llms.entries()) {
    for (const p of prompts.keys()) {
      const served = leveled(at(scores, m * prompts.length + p), at(factors, p))
      const wanted = at(at(expected, m), p)
      // A comparison with NaN is false, so it counts as a failure.
      if (Math.abs(served - wanted) <= allowed) continue
      throw new LLimitError(
        'MODEL_BROKEN',
        `Expected the score ${wanted.toFixed(4)} of ${quote(llm)} for reference.prompts[${p}] of card.json, got ` +
          `${served.toFixed(4)}: the encoder "${card.encoder.name}" that is installed is not the one of the training`,
      )
    }
  }
}

/** Rows of the LLMs of the reference, whose scores must be there. */
function rowsIn({ reference: { prompts, llms, scores }, llms: known }: Card): number[] {
  if (scores.length !== llms.length || scores.some((row) => row.length !== prompts.length)) {
    throw new LLimitError(
      'MODEL_BROKEN',
      `Expected reference.scores of ${llms.length} LLMs x ${prompts.length} prompts in card.json, got others`,
    )
  }
  return llms.map((llm) => {
    const row = known.indexOf(llm)
    if (row >= 0) return row
    throw new LLimitError(
      'MODEL_BROKEN',
      `Expected reference.llms of card.json among its llms, got ${quote(llm)}`,
    )
  })
}
