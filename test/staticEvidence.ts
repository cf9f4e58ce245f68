import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'

import { leveled, levelFactor } from '../src/calibration/level.js'
import { placeOf } from '../src/calibration/regions.js'
import { cardSchema, EVIDENCE_FILE } from '../src/card.js'
import type { CardContents } from '../src/savedModel/writeSavedModel.js'
import { writeSavedModel } from '../src/savedModel/writeSavedModel.js'
import { StaticEncoder } from '../src/encoder/static/staticEncoder.js'
import { extractFeatures } from '../src/features/features.js'
import { llmRow } from '../src/numeric/indices.js'
import { logistic } from '../src/numeric/logistic.js'
import { matrixOf } from '../src/numeric/matrix.js'
import { createRandom } from '../src/numeric/random.js'
import { writeNetwork } from '../src/scorer/writeNetwork.js'
import { writeEvidence } from '../src/train/export/evidenceFile.js'
import { outputOfPair } from '../src/train/oracle.js'
import { writeTinyStatic } from './encoder/static/tinyStatic.js'
import { STATIC_LLMS, staticWeights } from './staticModel.js'

const [E, R, W] = [8, 2, 10]
const LEVEL = { least: 0.6, full: 0.5 }
const FAMILIARITY = [-0.5, 0, 0.5, 1]
const REFERENCE = ['the cat', 'a dog of x']

/** Gives the model of `writeStaticModel` evidence, as training does; its reference scores are computed apart. */
export async function withEvidence(root: string): Promise<void> {
  const file = path.join(root, 'dense_network/tiny/card.json')
  const card = cardSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  const random = createRandom(11)
  const centroids = matrixOf(
    Float32Array.from({ length: R * E }, () => random() - 0.5),
    E,
  )
  for (let r = 0; r < R; r++) {
    const row = centroids.data.subarray(r * E, (r + 1) * E)
    const length = Math.hypot(...row)
    row.forEach((value, e) => (row[e] = value / length))
  }
  const encoder = await StaticEncoder.open(await writeTinyStatic())
  const scores = STATIC_LLMS.map((_, m) =>
    REFERENCE.map((text) => {
      const { vector } = encoder.encode(text)
      const inputs = [...vector, ...extractFeatures(text, { version: 'v1' })]
      const { familiarity } = placeOf(vector, { centroids, familiarity: FAMILIARITY })
      const logit = outputOfPair(staticWeights(), inputs, llmRow(m))
      return leveled(logistic(logit), levelFactor(familiarity, LEVEL))
    }),
  )
  const { format_version, type, encoder: ofCard, features, llms, network, output, origin } = card
  const contents: CardContents = {
    ...{ format_version, type, encoder: ofCard, features, llms, network, output, origin },
    evidence: {
      regions: R,
      outcomes: STATIC_LLMS.map(() => 50),
      familiarity: FAMILIARITY,
      level: LEVEL,
      interval: { level: 0.9, base: 0.3, sparse: 1.5, unfamiliar: 0.8 },
    },
    reference: { prompts: REFERENCE, llms: STATIC_LLMS, scores, tolerance: 1e-4 },
  }
  const evidence = writeEvidence({
    centroids,
    outcomes: matrixOf(new Float32Array(STATIC_LLMS.length * R).fill(25), R),
    successes: undefined,
    prior: { mean: new Float32Array(W), factor: matrixOf(new Float32Array(W * W), W) },
  })
  const files = new Map([...(await writeNetwork(staticWeights())), [EVIDENCE_FILE, evidence] as const])
  await rm(path.dirname(file), { recursive: true })
  await writeSavedModel({ root, name: 'tiny' }, contents, files, 'reject')
}
