import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'chai'

import { EVIDENCE_FILE } from '../../../src/card.js'
import type { Card } from '../../../src/card.js'
import { filterLlms } from '../../../src/outcomes/filterLlms.js'
import { probabilityOf } from '../../../src/calibration/probability.js'
import { DenseNetwork } from '../../../src/scorer/denseNetwork.js'
import { readNetwork } from '../../../src/scorer/readNetwork.js'
import { writeNetwork } from '../../../src/scorer/writeNetwork.js'
import type { ModelFiles } from '../../../src/tensor/layersModel.js'
import { readSafetensors } from '../../../src/tensor/readSafetensors.js'
import { startBackend } from '../../../src/tensor/backend.js'
import { addLlm } from '../../../src/train/newLlm/addLlm.js'
import type { AddedLlm, AddRequest } from '../../../src/train/newLlm/addLlm.js'
import { logitsOfRow } from '../../../src/train/newLlm/fitRow.js'
import { outputOfPair } from '../../../src/train/oracle.js'
import { joinFeatures } from '../../../src/train/data/prepare.js'
import { recipeSchema } from '../../../src/train/recipe.js'
import { trainModel } from '../../../src/train/trainModel.js'
import { llmRows } from '../../../src/train/components/exportWeights.js'
import { rejection } from '../../rejection.js'
import { E, fakeEmbed, LLMS, worldOf } from '../world.js'

const RECIPE = {
  schedule: { epochs: 6, batch_prompts: 20, warm_up_steps: 5 },
  evidence: { regions: 4 },
  kinds: { heads: 2, per_category: 2, table_learning_rate: 0.1 },
}
const TOWER = { weight: 1, hidden: [8, 4], llm_dimension: 3, learning_rate: 0.01 }

/** The LLM that is left out of the training and added: good at one kind of prompt, bad at the other. */
const NEW = 'b'
const KNOWN = LLMS.filter((name) => name !== NEW)

const { data, embeddings } = worldOf({ seed: 4, train: 240, dev: 120 })

/** Outcomes of the new LLM on the first `n` prompts. */
function outcomesOfNew(n: number): Pick<AddRequest, 'prompts' | 'embeddings' | 'scores'> {
  const { outcomes } = data
  const row = outcomes.llms.indexOf(NEW)
  const own = Array.from(outcomes.llm.keys())
    .filter((i) => outcomes.llm[i] === row)
    .slice(0, n)
  const rows = own.map((i) => outcomes.prompt[i] ?? -1)
  return {
    prompts: rows.map((p) => outcomes.prompts[p]?.text ?? ''),
    embeddings: Float32Array.from(rows.flatMap((p) => Array.from(embeddings.subarray(p * E, (p + 1) * E)))),
    scores: Float32Array.from(own, (i) => outcomes.score[i] ?? NaN),
  }
}

describe('addLlm', () => {
  const trained = new Map<string, { card: Card; files: ModelFiles }>()

  before(async () => {
    await startBackend(['wasm'])
    for (const [name, tower] of Object.entries({ kinds: {}, 'kinds and a tower': { tower: TOWER } })) {
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

  function add(name: string, wishes: Partial<AddRequest>): Promise<AddedLlm> {
    const model = trained.get(name)
    if (model === undefined) throw new Error(`no model ${name}`)
    return addLlm({ ...model, llm: NEW, relatives: [], ...outcomesOfNew(0), ...wishes })
  }

  for (const name of ['kinds', 'kinds and a tower']) {
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

  it('takes the mean of the known LLMs without outcomes, and that of relatives where they are named', async () => {
    const model = trained.get('kinds')
    const before = llmRows(await readNetwork(model?.files ?? new Map(), { type: 'relu' }))
    const meanOf = (rows: readonly number[]) =>
      Array.from(
        { length: before.columns },
        (_, w) =>
          rows.reduce((sum, row) => sum + (before.data[row * before.columns + w] ?? NaN), 0) / rows.length,
      )
    for (const [relatives, rows] of [
      [[], [0, 1, 2, 3]],
      [
        ['a', 'e'],
        [0, 3],
      ],
    ] as const) {
      const { files, validate } = await add('kinds', { relatives })
      expect(validate(), 'nothing to hold out').to.equal(undefined)
      const after = llmRows(await readNetwork(files, { type: 'relu' }))
      const row = after.data.subarray(KNOWN.length * after.columns)
      // Float32 sums of four numbers below 5.
      meanOf(rows).forEach((value, w) => expect(row[w]).to.be.closeTo(value, 1e-5))
    }
  })

  it('counts the outcomes by region', async () => {
    const { card, files } = await add('kinds', outcomesOfNew(30))
    const tensors = readSafetensors(files.get(EVIDENCE_FILE) ?? new Uint8Array(), EVIDENCE_FILE)
    const counts = tensors.get('outcomes')
    expect(counts?.shape).to.deep.equal([LLMS.length, 4])
    expect(counts?.data.slice(-4).reduce((a, b) => a + b, 0)).to.equal(30)
    expect(card.evidence?.outcomes).to.have.length(LLMS.length)
    expect(card.evidence?.outcomes.at(-1)).to.equal(30)
    expect(counts?.data.slice(0, -4)).to.deep.equal(
      readSafetensors(trained.get('kinds')?.files.get(EVIDENCE_FILE) ?? new Uint8Array(), EVIDENCE_FILE).get(
        'outcomes',
      )?.data,
    )
  })

  it('refuses a known LLM, unknown relatives and a model of margins, each by name', async () => {
    const model = trained.get('kinds')
    if (model === undefined) throw new Error('no model')
    const refusal = async (wishes: Partial<AddRequest>) => {
      const error = await rejection(add('kinds', wishes))
      return error instanceof Error ? error.message : ''
    }
    expect(await refusal({ llm: 'a' })).to.include('"a"')
    expect(await refusal({ relatives: ['a', 'nobody'] })).to.include('"nobody"')
    expect(await refusal({ card: { ...model.card, output: 'margin' } })).to.include('probabilities')
    const files = new Map(model.files).set(EVIDENCE_FILE, new Uint8Array(8))
    expect(await refusal({ files })).to.not.equal('')
  })

  it('computes a row as the whole network does', async () => {
    const model = trained.get('kinds and a tower')
    const network = await readNetwork(model?.files ?? new Map(), { type: 'leaky_relu', slope: 0.1 })
    const { inputs, W } = inputsOf(model?.card)
    const { columns, data: rows } = llmRows(network)
    KNOWN.forEach((_, m) => {
      const logits = logitsOfRow(
        network,
        rows.slice(m * columns, (m + 1) * columns),
        inputs.subarray(0, 5 * W),
      )
      logits.forEach((logit, p) => {
        const expected = outputOfPair(network, inputs.subarray(p * W, (p + 1) * W), m)
        // Float32 sums of some hundred terms of size 1 against float64.
        expect(logit).to.be.closeTo(expected, 1e-5)
        expect(probabilityOf(logit)).to.be.within(0, 1)
      })
    })
  })
})

describe('readNetwork', () => {
  it('reads back what was written, byte for byte', async () => {
    await startBackend(['wasm'])
    const { data: all, embeddings: vectors } = worldOf({ seed: 2, train: 40, dev: 20 })
    const { card, files } = await trainModel({
      data: all,
      embeddings: vectors,
      encoder: { name: 'fake', dimension: E, sha256: 'f'.repeat(64) },
      embed: fakeEmbed,
      recipe: recipeSchema.parse({ ...RECIPE, tower: TOWER }),
      seed: 1,
      about: { command: '', backend: 'wasm' },
    })
    const again = await writeNetwork(await readNetwork(files, card.network.activation))
    for (const [name, bytes] of again)
      expect(Buffer.from(bytes).equals(files.get(name) ?? Buffer.of())).to.equal(true)
  })
})

function inputsOf(card: Card | undefined): { inputs: Float32Array; W: number } {
  const texts = data.outcomes.prompts.map(({ text }) => text)
  if (card === undefined) throw new Error('no card')
  const inputs = joinFeatures(embeddings, texts, card.features)
  return { inputs, W: inputs.length / texts.length }
}

/** All prompts of the world, as a network is asked. */
function promptBatch(card: Pick<Card, 'features'>) {
  const texts = data.outcomes.prompts.map(({ text }) => text)
  const inputs = joinFeatures(embeddings, texts, card.features)
  const W = inputs.length / texts.length
  const features = Float32Array.from(
    texts.flatMap((_, p) => Array.from(inputs.subarray(p * W + E, (p + 1) * W))),
  )
  return { embeddings, features, batchSize: 512 }
}
