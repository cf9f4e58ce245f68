import type { Card } from '../../card.js'
import { meanBaselines, promptBaselines } from '../../evaluate/baselines/baselines.js'
import type { WithFeatures } from '../../evaluate/baselines/logistic.js'
import type { System } from '../../evaluate/system.js'
import { extractFeatures, featureCount } from '../../features/features.js'
import { matrixOf } from '../../numeric/matrix.js'
import type { Outcomes } from '../../outcomes/outcomes.js'
import type { Encoders } from '../../embedding/encoders.js'
import { cachedEmbeddings } from '../embeddings.js'
import { Progress } from '../progress.js'

interface Options {
  logistic: boolean
  /** What the embeddings and features are taken from; without it there are only baselines that need neither. */
  from?: { card: Card; encoders: Encoders }
}

/** Baselines fitted on `train`, which has the same LLMs as `test`. */
export async function baselinesFor(
  train: Outcomes,
  test: Outcomes,
  { logistic, from }: Options,
): Promise<System[]> {
  const means = meanBaselines(train, test)
  if (from === undefined) return means
  const described = await describe(train, test, from)
  const progress = new Progress('baselines')
  const onProgress = (done: number) => progress.at(done, train.llms.length)
  try {
    return [...promptBaselines(described.train, described.test, { logistic, onProgress }), ...means]
  } finally {
    progress.stop()
  }
}

/** With the embeddings and features that the saved model itself sees. */
async function describe(
  train: Outcomes,
  test: Outcomes,
  { card, encoders }: { card: Card; encoders: Encoders },
): Promise<{ train: WithFeatures; test: WithFeatures }> {
  const encoder = await encoders.forCard(card)
  const texts = [...train.prompts, ...test.prompts].map(({ text }) => text)
  const embeddings = await cachedEmbeddings(encoder, card.encoder.name, texts)

  const F = featureCount(card.features.version)
  const features = new Float32Array(texts.length * F)
  texts.forEach((text, p) => features.set(extractFeatures(text, card.features), p * F))
  const E = card.encoder.dimension
  const P = train.prompts.length
  return {
    train: {
      outcomes: train,
      embeddings: matrixOf(embeddings.subarray(0, P * E), E),
      features: matrixOf(features.subarray(0, P * F), F),
    },
    test: {
      outcomes: test,
      embeddings: matrixOf(embeddings.subarray(P * E), E),
      features: matrixOf(features.subarray(P * F), F),
    },
  }
}
