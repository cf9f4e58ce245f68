import { appendFile } from 'node:fs/promises'
import path from 'node:path'

import { expect } from 'chai'

import { LENGTHS_FILE } from '../../src/card.js'
import type { Card } from '../../src/card.js'
import { generalLengthsOf } from '../../src/lengths/generalLengths.js'
import { writeLengths } from '../../src/lengths/lengthsFile.js'
import { readLengths } from '../../src/registry/lengths.js'
import { tinyLengths } from '../lengths/tinyLengths.js'
import { rejection } from '../rejection.js'
import { makeSavedModels, writeTrainedModel } from '../savedModels.js'

type Change = NonNullable<Parameters<typeof writeTrainedModel>[3]>

const { card: spec, model, prior } = tinyLengths(1, { embedding: 384, features: 45, counted: [12, 0] })

/** Adds lengths to a saved model. */
const withLengths: Change = (card, files) => {
  files.set(LENGTHS_FILE, writeLengths(model, prior))
  return { ...card, lengths: spec }
}

describe('readLengths of a saved model', () => {
  let saved: Awaited<ReturnType<typeof makeSavedModels>>
  before(async () => (saved = await makeSavedModels()))
  after(() => saved.remove())

  const directoryOf = (name: string) => path.join(saved.root, 'dense_network', name)
  const write = (name: string, change: Change) =>
    writeTrainedModel({ root: saved.root, name }, { seed: 1, llms: ['a', 'b'] }, 'reject', change)

  it('reads the tensors of a trained model, and which LLMs were measured', async () => {
    const card = await write('good', withLengths)
    const lengths = await readLengths(directoryOf('good'), card)
    expect(lengths?.model).to.deep.equal(model)
    expect(lengths?.general()).to.deep.equal(generalLengthsOf(model, prior.clusters))
    expect(lengths?.isMeasured).to.deep.equal([true, false])
  })

  it('reads nothing if the card has no lengths', async () => {
    const card = await write('bare', (contents) => contents)
    expect(await readLengths(directoryOf('bare'), card)).to.equal(undefined)
  })

  const why = async (name: string, card: Card) => {
    const error = await rejection(readLengths(directoryOf(name), card))
    expect(error).to.include({ code: 'MODEL_BROKEN' })
    return String(error)
  }

  it('says what is missing, cut or of another model', async () => {
    const without = await write('without', (card) => ({ ...card, lengths: spec }))
    expect(await why('without', without)).to.match(
      /lengths\.safetensors does not match: expected card\.json to name the file, since it has lengths/,
    )
    const cut = await write('cut', withLengths)
    await appendFile(path.join(directoryOf('cut'), LENGTHS_FILE), 'x')
    expect(await why('cut', cut)).to.match(/of lengths\.safetensors, as card\.json says, got/)
    const narrow = await write('narrow', (card, files) => ({
      ...withLengths(card, files),
      lengths: { ...spec, width: 3 },
    }))
    expect(await why('narrow', narrow)).to.match(
      /expected the tensor "projection" of shape \[3, 434\], got \[4, 434\]/,
    )
  })
})
