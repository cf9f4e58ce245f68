import type { Card } from '../../card.js'
import { meanBaselines, promptBaselines } from '../../evaluate/baselines/baselines.js'
import type { WithFeatures } from '../../evaluate/baselines/logistic.js'
import type { System } from '../../evaluate/system.js'
import { extractFeatures, featureCount } from '../../features/features.js'
import { matrixOf } from '../../numeric/matrix.js'
import type { Outcomes } from '../../outcomes/outcomes.js'
import type { Terminal } from '../commandLine/terminal.js'
import type { EvaluateOptions } from './flags.js'

/** What the saved model sees of a prompt: its features, and its embedding as `embed` gives it. */
interface ModelInputs {
  card: Card
  /** @returns [P, E] */
  embed: (texts: readonly string[]) => Promise<Float32Array>
}

interface Options extends Pick<EvaluateOptions, 'noBaselines' | 'noLogistic' | 'trainSplit'> {
  /** Without it there are only baselines that need neither embeddings nor features. */
  inputs: ModelInputs | undefined
}

/** Baselines fitted on `train`, which has the same LLMs as `test`, and what is said of those that are not there. */
export async function baselinesOf(
  train: Outcomes,
  test: Outcomes,
  { noBaselines, noLogistic, trainSplit, inputs }: Options,
  terminal: Terminal,
): Promise<{ systems: System[]; remarks: string[] }> {
  if (noBaselines) return { systems: [], remarks: [] }
  if (train.score.length === 0) {
    return { systems: [], remarks: [`no baselines: --train-split ${trainSplit} has no outcomes`] }
  }
  const means = meanBaselines(train, test)
  if (inputs === undefined) {
    const remark = 'no kNN and no logistic regression: they take the embeddings of --model'
    return { systems: means, remarks: [remark] }
  }
  const described = await describe(train, test, inputs)
  const systems = await terminal.progress('baselines', (report) => {
    const onProgress = (done: number) => report(done, train.llms.length)
    return promptBaselines(described.train, described.test, { logistic: !noLogistic, onProgress })
  })
  return { systems: [...systems, ...means], remarks: [] }
}

async function describe(
  train: Outcomes,
  test: Outcomes,
  { card, embed }: ModelInputs,
): Promise<{ train: WithFeatures; test: WithFeatures }> {
  const texts = [...train.prompts, ...test.prompts].map(({ text }) => text)
  const embeddings = await embed(texts)
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
