import { expect } from 'chai'

import { levelFactor } from '../../../src/calibration/level.js'
import { logitOf } from '../../../src/calibration/probability.js'
import { placeOf } from '../../../src/calibration/regions.js'
import { EVIDENCE_FILE } from '../../../src/card.js'
import type { Card } from '../../../src/card.js'
import { identityOfFeatures } from '../../../src/feedback/report.js'
import type { Report } from '../../../src/feedback/report.js'
import { extractFeatures } from '../../../src/features/features.js'
import { at, valueAt } from '../../../src/numeric/at.js'
import { logistic } from '../../../src/numeric/logistic.js'
import { matrixOf, rowOf, stackRows } from '../../../src/numeric/matrix.js'
import type { Matrix } from '../../../src/numeric/matrix.js'
import { mean } from '../../../src/numeric/mean.js'
import { createRandom, permutation } from '../../../src/numeric/random.js'
import { DenseNetwork } from '../../../src/scorer/denseNetwork.js'
import { startBackend } from '../../../src/tensor/backend.js'
import type { ModelFiles } from '../../../src/tensor/layersModel.js'
import { readSafetensors } from '../../../src/tensor/readSafetensors.js'
import { learnLevels } from '../../../src/train/learn/learnLevels.js'
import { recipeSchema } from '../../../src/train/recipe.js'
import { trainModel } from '../../../src/train/trainModel.js'
import { rejection } from '../../rejection.js'
import { E, fakeEmbed, LLMS, worldOf } from '../world.js'

const REGIONS = 4
const RECIPE = {
  schedule: { epochs: 6, batch_prompts: 20, warm_up_steps: 5 },
  evidence: { regions: REGIONS },
  kinds: { heads: 2, per_category: 2, table_learning_rate: 0.1 },
}
const TOWER = { weight: 1, hidden: [8, 4], llm_dimension: 3, learning_rate: 0.01 }
const MODEL = 'dense_network/x'
const LEVEL = { least: 0.6, full: 0.5 }
/** LLM that has changed, and one that has not. */
const [CHANGED, SAME] = ['a', 'e'] as const
const N = 200

const { data, embeddings } = worldOf({ seed: 4, train: 240, dev: 120 })

interface Model {
  card: Card
  files: ModelFiles
}

describe('learnLevels', () => {
  const trained = new Map<string, Model>()

  before(async () => {
    await startBackend(['wasm'])
    for (const [name, tower] of Object.entries({ gated: {}, both: { tower: TOWER } })) {
      const { card, files } = await trainModel({
        data,
        embeddings,
        encoder: { name: 'fake', dimension: E, sha256: 'f'.repeat(64) },
        embed: fakeEmbed,
        recipe: recipeSchema.parse({ ...RECIPE, ...tower }),
        seed: 1,
        about: { command: 'npm run train', backend: 'wasm' },
      })
      const { evidence } = card
      if (evidence === undefined) throw new Error('expected evidence')
      const model = {
        card: { ...card, evidence: { ...evidence, level: LEVEL }, version: 1, files: {} },
        files,
      }
      const scores = await served(model, await fakeEmbed(card.reference.prompts).then(rows), card.reference)
      trained.set(name, { ...model, card: { ...model.card, reference: { ...card.reference, scores } } })
    }
  })

  const modelOf = (name: string) => {
    const model = trained.get(name)
    if (model === undefined) throw new Error(`no model ${name}`)
    return model
  }

  for (const name of ['gated', 'both']) {
    it(`moves an LLM that has changed to the truth, and leaves all others as they are: ${name}`, async () => {
      const model = modelOf(name)
      const reports = await reportsOf(model, -2.5)
      const { levels, gain, write } = await learn(model, reports)
      expect(levels.map(({ llm, outcomes }) => [llm, outcomes])).to.deep.equal([
        [CHANGED, N],
        [SAME, N],
      ])
      expect(at(levels, 0).delta).to.be.lessThan(-1)
      expect(at(levels, 1).delta).to.equal(0)
      expect(gain?.gain).to.be.greaterThan(2 * (gain?.standardError ?? NaN))

      const next = nextOf(await write())
      const prompts = { prompts: texts, llms: LLMS }
      const before = await served(model, vectors, prompts)
      const after = await served(next, vectors, prompts)
      const changed = LLMS.indexOf(CHANGED)
      const truth = at(before, changed).map((probability, p) => truthOf(model, p, probability, -2.5))
      expect(mean(at(after, changed))).to.be.closeTo(mean(truth), 0.06)
      expect(mean(at(after, changed))).to.be.closeTo(at(levels, 0).after.mean, 1e-5)
      for (const [m, llm] of LLMS.entries())
        if (llm !== CHANGED) expect(at(after, m), llm).to.deep.equal(at(before, m))

      // What the card promises is what is served.
      const { reference } = next.card
      const scores = await served(next, rows(await fakeEmbed(reference.prompts)), reference)
      for (const [m, own] of scores.entries())
        for (const [p, score] of own.entries())
          expect(score).to.be.closeTo(at(at(reference.scores, m), p), reference.tolerance)
    })
  }

  it('counts the outcomes of what has changed as evidence', async () => {
    const model = modelOf('gated')
    const reports = await reportsOf(model, -2.5)
    const next = nextOf(await (await learn(model, reports)).write())
    const [was, is] = [model, next].map(({ card }) => card.evidence?.outcomes ?? [])
    expect(is).to.deep.equal(was?.map((count, m) => count + (LLMS[m] === CHANGED ? N : 0)))
    const row = LLMS.indexOf(CHANGED)
    const [before, after] = [model, next].map((each) => evidenceOf(each, 'outcomes')) as [Matrix, Matrix]
    for (const m of LLMS.keys()) if (m !== row) expect(rowOf(after, m)).to.deep.equal(rowOf(before, m))
    const more = rowOf(after, row).map((count, region) => count - at(rowOf(before, row), region))
    // Each prompt counts in all regions of its category.
    const { categories = [] } = next.card.evidence ?? {}
    const byCategory = new Map(categories.map((category, region) => [category, at(more, region)]))
    expect([...byCategory.values()].reduce((a, b) => a + b, 0)).to.equal(N)

    const [sums, newSums] = [model, next].map((each) => evidenceOf(each, 'successes')) as [Matrix, Matrix]
    for (const m of LLMS.keys()) if (m !== row) expect(rowOf(newSums, m)).to.deep.equal(rowOf(sums, m))
    const gained = rowOf(newSums, row).map((sum, region) => sum - at(rowOf(sums, row), region))
    const ofCategory = new Map(categories.map((category, region) => [category, at(gained, region)]))
    const scores = reports.filter(({ llm }) => llm === CHANGED).reduce((sum, { score }) => sum + score, 0)
    expect([...ofCategory.values()].reduce((a, b) => a + b, 0)).to.be.closeTo(scores, 1e-3)
  })

  it('finds nothing new in a log that it has learned from', async () => {
    const model = modelOf('gated')
    const reports = await reportsOf(model, -2.5)
    const next = nextOf(await (await learn(model, reports)).write())
    const again = await learn(next, reports)
    expect(again.levels.map(({ delta }) => delta)).to.deep.equal([0, 0])
    expect(again.gain).to.equal(undefined)
  })

  it('learns nothing from 5 % of false reports', async () => {
    const model = modelOf('gated')
    const reports = (await reportsOf(model, 0)).map((report, i) =>
      i % 20 === 0 ? { ...report, score: 0 } : report,
    )
    expect((await learn(model, reports)).levels.map(({ delta }) => delta)).to.deep.equal([0, 0])
  })

  it('learns nothing from fewer than ten outcomes of an LLM', async () => {
    const model = modelOf('gated')
    const few = (await reportsOf(model, -9)).filter(({ llm }) => llm === CHANGED).slice(0, 9)
    expect((await learn(model, few)).levels).to.deep.equal([])
  })

  it('says of which models and logs it cannot learn', async () => {
    const model = modelOf('gated')
    const reports = await reportsOf(model, 0)
    expect(await rejection(learn(model, []))).to.have.property('code', 'INVALID_FILE')
    const margins: Model = { ...model, card: { ...model.card, output: 'margin' } }
    expect(await rejection(learn(margins, reports))).to.have.property('code', 'INVALID_ARGUMENT')
  })
})

const texts = data.outcomes.prompts.slice(0, N).map(({ text }) => text)
const vectors = texts.map((_, p) => rowOf(embeddings, p).slice())

const rows = (matrix: Matrix) => Array.from({ length: matrix.rows }, (_, p) => rowOf(matrix, p).slice())

async function learn({ card, files }: Model, reports: readonly Report[]) {
  const reference = await fakeEmbed(card.reference.prompts)
  return learnLevels({ model: MODEL, card, files, reports, reference })
}

function nextOf({ card, files }: Awaited<ReturnType<Awaited<ReturnType<typeof learn>>['write']>>): Model {
  return { card: { ...card, version: 2, files: {} }, files }
}

/** A tensor of the evidence, row by row. */
function evidenceOf({ card, files }: Model, name: 'centroids' | 'outcomes' | 'successes'): Matrix {
  const tensor = valueAt(readSafetensors(valueAt(files, EVIDENCE_FILE), EVIDENCE_FILE), name)
  return matrixOf(tensor.data, name === 'centroids' ? card.encoder.dimension : REGIONS)
}

function factorOf(model: Model, vector: Float32Array): number {
  const familiarity = model.card.evidence?.familiarity ?? []
  const regions = { centroids: evidenceOf(model, 'centroids'), familiarity }
  return levelFactor(placeOf(vector, regions).familiarity, LEVEL)
}

/** The probability of an LLM whose logit has moved. */
function truthOf(model: Model, p: number, probability: number, level: number): number {
  return logistic(logitOf(probability) + level * factorOf(model, at(vectors, p)))
}

/** [LLMs][prompts] probabilities. */
async function served(
  model: Model,
  of: readonly Float32Array[],
  { prompts, llms }: { prompts: readonly string[]; llms: readonly string[] },
): Promise<number[][]> {
  const { card, files } = model
  const network = await DenseNetwork.load(files, card.calibration)
  const features = prompts.map((text) => extractFeatures(text, card.features))
  const scores = await network.score({
    embeddings: stackRows(of, E).data,
    features: stackRows(features, at(features, 0).length).data,
    llms: Int32Array.from(llms, (llm) => card.llms.indexOf(llm)),
    batchSize: 100,
  })
  network.dispose()
  const P = prompts.length
  return llms.map((_, m) =>
    prompts.map((_, p) => logistic(factorOf(model, at(of, p)) * logitOf(at(scores, m * P + p)))),
  )
}

/** Of two LLMs, the first of which has changed. */
async function reportsOf(model: Model, level: number): Promise<Report[]> {
  const { card } = model
  const llms = [CHANGED, SAME]
  const probabilities = await served(model, vectors, { prompts: texts, llms })
  // As many successes as expected: the tests of fitLevel have chance.
  const order = permutation(N, createRandom(5))
  return llms.flatMap((llm, m) =>
    texts.map((text, p): Report => {
      const probability = at(at(probabilities, m), p)
      const truth = m === 0 ? truthOf(model, p, probability, level) : probability
      return {
        id: `${llm} ${p}`,
        at: '2026-11-26T12:00:00.000Z',
        model: MODEL,
        version: card.version,
        encoder: 'fake',
        feature_spec: identityOfFeatures(card.features),
        llm,
        score: (at(order, p) + 0.5) / N < truth ? 1 : 0,
        probability,
        familiarity: null,
        embedding: at(vectors, p),
        features: extractFeatures(text, card.features),
      }
    }),
  )
}
