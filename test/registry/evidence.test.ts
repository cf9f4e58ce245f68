import { appendFile } from 'node:fs/promises'
import path from 'node:path'

import { expect } from 'chai'

import type { Card } from '../../src/card.js'
import type { CardContents } from '../../src/savedModel/writeSavedModel.js'
import { writeSafetensors } from '../../src/tensor/writeSafetensors.js'
import { readEvidence } from '../../src/registry/evidence.js'
import { rejection } from '../rejection.js'
import { makeSavedModels, tinyEvidence, writeTrainedModel } from '../savedModels.js'

type Change = Parameters<typeof writeTrainedModel>[3]

const SPEC = {
  regions: 3,
  outcomes: [1, 1],
  familiarity: [0, 1],
  interval: { level: 0.9, base: 1, sparse: 1, unfamiliar: 1 },
}

describe('readEvidence', () => {
  let saved: Awaited<ReturnType<typeof makeSavedModels>>
  before(async () => (saved = await makeSavedModels()))
  after(() => saved.remove())

  const directoryOf = (name: string) => path.join(saved.root, 'dense_network', name)
  const write = (name: string, change?: Change) =>
    writeTrainedModel({ root: saved.root, name }, { seed: 1, llms: ['a', 'b'] }, 'reject', change)

  it('reads the tensors of a trained model', async () => {
    const card = await write('good')
    const evidence = await readEvidence(directoryOf('good'), card)
    const { centroids, outcomes } = tinyEvidence(1, 2)
    for (const region of [0, 1, 2]) {
      // A centroid itself is as near to a region as can be.
      const centroid = centroids.subarray(region * 384, (region + 1) * 384)
      expect(evidence?.placeOf(centroid)).to.deep.equal({ region, familiarity: 1 })
    }
    expect(evidence?.outcomes).to.deep.equal({ rows: 2, columns: 3, data: outcomes })
    expect(evidence?.deviations).to.be.closeTo(1.6448536, 1e-6)
    // As saved models were before they were kept.
    expect(evidence?.successes).to.equal(undefined)
  })

  it('reads the sums of scores where they are kept, of the shape of the counts', async () => {
    const { centroids, outcomes } = tinyEvidence(1, 2)
    const withSums = (rows: number) => (card: CardContents, files: Map<string, Uint8Array>) => {
      const tensors = new Map([
        ['centroids', { shape: [3, 384], data: centroids }],
        ['outcomes', { shape: [2, 3], data: outcomes }],
        ['successes', { shape: [rows, 3], data: outcomes.slice(0, rows * 3) }],
      ])
      files.set('evidence.safetensors', writeSafetensors(tensors))
      return card
    }
    const card = await write('kept', withSums(2))
    const evidence = await readEvidence(directoryOf('kept'), card)
    expect(evidence?.successes).to.deep.equal({ rows: 2, columns: 3, data: outcomes })
    const short = await write('short', withSums(1))
    expect(await why('short', short)).to.match(/the tensor "successes" of shape \[2, 3\], got \[1, 3\]/)
  })

  it('says which number of a tensor is none that counts', async () => {
    const { centroids, outcomes } = tinyEvidence(1, 2)
    const whyOf = async (name: string, tensor: string, data: Float32Array<ArrayBuffer>) => {
      const card = await write(name, (contents, files) => {
        const shapes = new Map([
          ['centroids', { shape: [3, 384], data: centroids }],
          ['outcomes', { shape: [2, 3], data: outcomes }],
          ['successes', { shape: [2, 3], data: outcomes }],
        ])
        files.set(
          'evidence.safetensors',
          writeSafetensors(shapes.set(tensor, { shape: tensor === 'centroids' ? [3, 384] : [2, 3], data })),
        )
        return contents
      })
      return why(name, card)
    }
    const wrong = (values: Float32Array, value: number) => Float32Array.from(values.with(4, value))
    expect(await whyOf('nan', 'centroids', wrong(centroids, NaN))).to.match(
      /expected finite numbers in the tensor "centroids", got NaN at 4/,
    )
    expect(await whyOf('infinite', 'outcomes', wrong(outcomes, Infinity))).to.match(
      /expected finite numbers of at least 0 in the tensor "outcomes", got Infinity at 4/,
    )
    expect(await whyOf('negative', 'successes', wrong(outcomes, -1))).to.match(/"successes", got -1 at 4/)
  })

  it('reads categories and level, if the card has them', async () => {
    const [categories, level] = [['code', '', 'math'], { least: 0.5, full: 0.2 }]
    const card = await write('leveled', (contents) => ({
      ...contents,
      ...(contents.evidence && { evidence: { ...contents.evidence, categories, level } }),
    }))
    expect(await readEvidence(directoryOf('leveled'), card)).to.deep.include({ categories, level })
  })

  it('reads nothing if the card has no evidence', async () => {
    const card = await write('bare', (contents) => {
      delete contents.evidence
      return contents
    })
    expect(await readEvidence(directoryOf('bare'), card)).to.equal(undefined)
  })

  const why = async (name: string, card: Card) => {
    const error = await rejection(readEvidence(directoryOf(name), card))
    expect(error).to.include({ code: 'MODEL_BROKEN' })
    return String(error)
  }

  it('says which tensor does not match the card', async () => {
    const unnamed = await write('unnamed', (card) => ({
      ...card,
      evidence: { ...SPEC, categories: ['code'] },
    }))
    expect(await why('unnamed', unnamed)).to.match(/expected 3 evidence\.categories in card\.json.*got 1/)
    const uncounted = await write('uncounted', (card) => ({ ...card, evidence: { ...SPEC, outcomes: [1] } }))
    expect(await why('uncounted', uncounted)).to.match(/expected 2 evidence\.outcomes in card\.json.*got 1/)
    const few = await write('few', (card) => ({ ...card, evidence: { ...SPEC, regions: 2 } }))
    expect(await why('few', few)).to.match(
      /expected the tensor "centroids" of shape \[2, 384\], got \[3, 384\]/,
    )
    const falling = await write('falling', (card) => ({
      ...card,
      evidence: { ...SPEC, familiarity: [0, 1, 0.5] },
    }))
    expect(await why('falling', falling)).to.match(
      /expected evidence\.familiarity\[2\] of card\.json to be at least 1, got 0\.5/,
    )
  })

  it('says what is wrong with the file', async () => {
    const without = await write('without', (card, files) => {
      files.delete('evidence.safetensors')
      return card
    })
    expect(await why('without', without)).to.match(/expected card\.json to name the file/)
    const nonsense = await write('nonsense', (card, files) => {
      files.set('evidence.safetensors', Buffer.from('nonsense'))
      return card
    })
    expect(await why('nonsense', nonsense)).to.match(/evidence\.safetensors: expected a header/)
    const cut = await write('cut')
    await appendFile(path.join(directoryOf('cut'), 'evidence.safetensors'), 'x')
    expect(await why('cut', cut)).to.match(/of evidence\.safetensors, as card\.json says, got/)
  })
})
