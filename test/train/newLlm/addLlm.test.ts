import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'chai'

import { leveled } from '../../../src/calibration/level.js'
import { probabilityOf } from '../../../src/calibration/probability.js'
import { EVIDENCE_FILE } from '../../../src/card.js'
import type { Card } from '../../../src/card.js'
import type { ErrorCode } from '../../../src/errors.js'
import { at } from '../../../src/numeric/at.js'
import { llmRow } from '../../../src/numeric/indices.js'
import { gatherRows, rowOf } from '../../../src/numeric/matrix.js'
import type { Matrix } from '../../../src/numeric/matrix.js'
import { mean } from '../../../src/numeric/mean.js'
import { tokensOf } from '../../../src/outcomes/outcomes.js'
import { filterLlms } from '../../../src/outcomes/filterLlms.js'
import { DenseNetwork } from '../../../src/scorer/denseNetwork.js'
import { readNetwork } from '../../../src/scorer/readNetwork.js'
import { startBackend } from '../../../src/tensor/backend.js'
import type { ModelFiles } from '../../../src/tensor/layersModel.js'
import { joinFeatures } from '../../../src/train/data/prepareData.js'
import { readEvidence } from '../../../src/train/export/evidenceFile.js'
import { llmRows } from '../../../src/train/export/llmRows.js'
import { addLlm } from '../../../src/train/newLlm/addLlm.js'
import type { AddedLlm, AddLlmRequest } from '../../../src/train/newLlm/addLlm.js'
import { logitsOfRow } from '../../../src/train/newLlm/fitRow.js'
import { outputOfPair } from '../../../src/train/oracle.js'
import { recipeSchema } from '../../../src/train/recipe.js'
import { trainModel } from '../../../src/train/trainModel.js'
import { rejection } from '../../rejection.js'
import { E, fakeEmbed, LLMS, worldOf } from '../world.js'

const RECIPE = {
  schedule: { epochs: 6, batch_prompts: 20, warm_up_steps: 5 },
  evidence: { regions: 4 },
  kinds: { heads: 2, per_category: 2, table_learning_rate: 0.1 },
}
const TOWER = { weight: 1, hidden: [8, 4], llm_dimension: 3, learning_rate: 0.01 }

/** The LLM that is left out of the training and added: good at one topic, bad at the other. */
const NEW = 'b'
const KNOWN = LLMS.filter((name) => name !== NEW)

const { data, embeddings } = worldOf({ seed: 4, train: 240, dev: 120 })

/** Outcomes of the new LLM on the first `n` prompts. */
function outcomesOfNew(n: number): Pick<AddLlmRequest, 'prompts' | 'embeddings' | 'scores' | 'tokens'> {
  const { outcomes } = data
  const row = outcomes.llms.indexOf(NEW)
  const own = Array.from(outcomes.llm.keys())
    .filter((i) => outcomes.llm[i] === row)
    .slice(0, n)
  const rows = own.map((i) => at(outcomes.prompt, i))
  return {
    prompts: rows.map((p) => at(outcomes.prompts, p).text),
    embeddings: gatherRows(embeddings, rows),
    scores: Float32Array.from(own, (i) => at(outcomes.score, i)),
    tokens: Float32Array.from(own, (i) => tokensOf(outcomes, i)),
  }
}

describe('addLlm', () => {
  const trained = new Map<string, { card: Card; files: ModelFiles }>()

  before(async () => {
    await startBackend(['wasm'])
    for (const [name, tower] of Object.entries({
      'a gated mixture': {},
      'a gated mixture and a tower': { tower: TOWER },
    })) {
      const { card, files } = await trainModel({
        data: filterLlms(data, new Set(KNOWN)),
        embeddings,
        encoder: { name: 'fake', dimension: E, sha256: 'f'.repeat(64) },
        embed: fakeEmbed,
        recipe: recipeSchema.parse({ ...RECIPE, ...tower }),
        seed: 1,
        about: { command: 'npm run train', backend: 'wasm' },
      })
      trained.set(name, { card: { ...card, version: 1, files: {} }, files })
    }
  })

  function add(name: string, changes: Partial<AddLlmRequest>): Promise<AddedLlm> {
    const model = trained.get(name)
    if (model === undefined) throw new Error(`no model ${name}`)
    return addLlm({ ...model, llm: NEW, relatives: [], ...outcomesOfNew(0), ...changes })
  }

  for (const name of ['a gated mixture', 'a gated mixture and a tower']) {
    it(`fits a row to outcomes, and leaves every other LLM as it is, in a network of ${name}`, async () => {
      const before = tf.memory().numTensors
      const { card, files, validate } = await add(name, outcomesOfNew(100))
      const validation = validate()
      expect(tf.memory().numTensors, 'tensors left').to.equal(before)
      expect(card.llms).to.deep.equal([...KNOWN, NEW])
      expect(card.added).to.deep.equal([{ llm: NEW, outcomes: 100, relatives: [] }])
      // b succeeds with code and fails with verse, which no mean of the others does.
      expect(validation?.fitted).to.be.lessThan(validation?.unfitted ?? NaN)
      expect(validation?.fitted).to.be.lessThan(validation?.constant ?? NaN)

      const original = trained.get(name)
      const batch = promptBatch(card)
      const network = await DenseNetwork.load(files, card.calibration)
      const same = await DenseNetwork.load(original?.files ?? new Map(), card.calibration)
      const known = KNOWN.map((_, m) => m)
      const scores = await network.score({ ...batch, llms: Int32Array.from(known) })
      expect(scores).to.deep.equal(await same.score({ ...batch, llms: Int32Array.from(known) }))
      const own = await network.score({ ...batch, llms: Int32Array.of(KNOWN.length) })
      network.dispose()
      same.dispose()
      const right = data.outcomes.prompts.filter(
        ({ text }, p) => text.startsWith('code') === (own[p] ?? NaN) > 0.5,
      )
      expect(right.length / data.outcomes.prompts.length).to.be.greaterThan(0.8)
    })
  }

  it('takes the mean of the known LLMs without outcomes, and that of relatives if they are named', async () => {
    const model = trained.get('a gated mixture')
    const before = llmRows(await readNetwork(model?.files ?? new Map(), { type: 'relu' }))
    const meanOf = (rows: readonly number[]) =>
      Array.from({ length: before.columns }, (_, w) => mean(rows.map((row) => at(rowOf(before, row), w))))
    for (const [relatives, rows] of [
      [[], [0, 1, 2, 3]],
      [
        ['a', 'e'],
        [0, 3],
      ],
    ] as const) {
      const { files, validate } = await add('a gated mixture', { relatives })
      expect(validate(), 'nothing to hold out').to.equal(undefined)
      const after = llmRows(await readNetwork(files, { type: 'relu' }))
      const row = rowOf(after, KNOWN.length)
      // Float32 sums of four numbers below 5.
      meanOf(rows).forEach((value, w) => expect(row[w]).to.be.closeTo(value, 1e-5))
    }
  })

  it('starts from LLMs with like names', async () => {
    const model = trained.get('a gated mixture')
    const before = llmRows(await readNetwork(model?.files ?? new Map(), { type: 'relu' }))
    const distanceTo = async (llm: string) => {
      const { files } = await add('a gated mixture', { llm })
      const row = rowOf(llmRows(await readNetwork(files, { type: 'relu' })), KNOWN.length)
      return Math.hypot(...Array.from(rowOf(before, 0), (value, w) => value - at(row, w)))
    }
    expect(await distanceTo('aa')).to.be.lessThan(0.8 * (await distanceTo('z')))
  })

  it('fits to outcomes as they are served, with the level of unfamiliar prompts', async () => {
    const model = trained.get('a gated mixture')
    if (model?.card.evidence === undefined) throw new Error('no evidence')
    const factor = 0.4
    const unfamiliar = { familiarity: [2, 3], level: { least: factor, full: 1 } }
    const card = { ...model.card, evidence: { ...model.card.evidence, ...unfamiliar } }
    const outcomes = outcomesOfNew(100)
    const inputs = joinFeatures(outcomes.embeddings, outcomes.prompts, model.card.features)
    const lossOf = async (changes: Partial<AddLlmRequest>) => {
      const { files } = await add('a gated mixture', { ...outcomes, ...changes })
      const network = await readNetwork(files, { type: 'relu' })
      const logits = logitsOfRow(network, rowOf(llmRows(network), KNOWN.length), inputs)
      return mean(
        Array.from(logits, (logit, i) => {
          const p = leveled(probabilityOf(logit, model.card.calibration), factor)
          return -Math.log(at(outcomes.scores, i) === 1 ? p : 1 - p)
        }),
      )
    }
    expect(await lossOf({ card })).to.be.lessThan((await lossOf({})) - 0.01)
  })

  it('counts the outcomes by category', async () => {
    const { card, files } = await add('a gated mixture', outcomesOfNew(30))
    // Two members of two classes for each of two categories.
    const shape = { regions: 4, embedding: E, row: 8 }
    const { outcomes, successes } = readEvidence(files, { ...shape, llms: LLMS.length })
    const [code = NaN, sameCode, verse = NaN, sameVerse] = rowOf(outcomes, KNOWN.length)
    expect(card.evidence?.categories).to.deep.equal(['code', 'code', 'verse', 'verse'])
    expect([sameCode, sameVerse, code + verse]).to.deep.equal([code, verse, 30])
    expect(card.evidence?.outcomes.slice(KNOWN.length)).to.deep.equal([30])
    const original = trained.get('a gated mixture')?.files ?? new Map()
    const before = readEvidence(original, { ...shape, llms: KNOWN.length })
    expect(outcomes.data.slice(0, -4)).to.deep.equal(before.outcomes.data)
    expect(successes?.data.slice(0, -4)).to.deep.equal(before.successes?.data)
  })

  it('rejects a known LLM, unknown relatives, a model of margins and damaged files, each by its name', async () => {
    const model = trained.get('a gated mixture')
    if (model === undefined) throw new Error('no model')
    const expectRejection = async (changes: Partial<AddLlmRequest>, code: ErrorCode, words: string) => {
      const error = await rejection(add('a gated mixture', changes))
      expect(error).to.include({ code })
      expect(String(error)).to.include(words)
    }
    await expectRejection({ llm: 'a' }, 'CONFLICT', 'the model already contains "a"')
    await expectRejection({ relatives: ['a', 'nobody'] }, 'INVALID_ARGUMENT', 'got "nobody"')
    const margins: Card = { ...model.card, output: 'margin' }
    await expectRejection({ card: margins }, 'INVALID_ARGUMENT', 'expected a model that was trained here')
    const damaged = new Map(model.files).set(EVIDENCE_FILE, new Uint8Array(8))
    await expectRejection({ files: damaged }, 'MODEL_BROKEN', '')
    const mismatched: Card = { ...model.card, encoder: { ...model.card.encoder, dimension: E + 1 } }
    await expectRejection(
      { card: mismatched },
      'MODEL_BROKEN',
      `of shape [4, ${E + 1}], got one of shape [4, ${E}]`,
    )
    const without = new Map(model.files)
    without.delete(EVIDENCE_FILE)
    await expectRejection({ files: without }, 'MODEL_BROKEN', EVIDENCE_FILE)
  })

  it('computes a row as the whole network does', async () => {
    const model = trained.get('a gated mixture and a tower')
    const network = await readNetwork(model?.files ?? new Map(), { type: 'leaky_relu', slope: 0.1 })
    if (model === undefined) throw new Error('no model')
    const inputs = gatherRows(inputsOf(model.card), [0, 1, 2, 3, 4])
    const rows = llmRows(network)
    KNOWN.forEach((_, m) => {
      logitsOfRow(network, rowOf(rows, m), inputs).forEach((logit, p) => {
        const expected = outputOfPair(network, rowOf(inputs, p), llmRow(m))
        // Float32 sums of some hundred terms of size 1 against float64.
        expect(logit).to.be.closeTo(expected, 1e-5)
        expect(probabilityOf(logit)).to.be.within(0, 1)
      })
    })
  })
})

function inputsOf({ features }: Pick<Card, 'features'>): Matrix {
  const texts = data.outcomes.prompts.map(({ text }) => text)
  return joinFeatures(embeddings, texts, features)
}

/** All prompts of the world, as a network is asked. */
function promptBatch(card: Pick<Card, 'features'>) {
  const inputs = inputsOf(card)
  const features = Float32Array.from(
    Array.from({ length: inputs.rows }, (_, p) => Array.from(rowOf(inputs, p).subarray(E))).flat(),
  )
  return { embeddings: embeddings.data, features, batchSize: 512 }
}
