import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { expect } from 'chai'

import { LLimitError } from '../../src/errors.js'
import { Cards } from '../../src/registry/cards.js'
import { activate } from '../../src/savedModel/versions.js'
import { emptyFolder } from '../encoder/static/tinyStatic.js'
import { rejection } from '../rejection.js'
import { writeTrainedModel } from '../savedModels.js'

describe('Cards that are checked', () => {
  const mismatch = new LLimitError('MODEL_BROKEN', 'the signature of another card')
  let root: string
  before(async () => {
    root = await emptyFolder()
    for (const seed of [1, 2])
      await writeTrainedModel({ root, name: 'mine' }, { seed, llms: ['a', 'b'] }, 'newVersion')
  })

  it('are read again if another version took their place before they were checked', async () => {
    let checks = 0
    const cards = new Cards(root, async () => {
      if (++checks > 1) return
      await activate({ root, type: 'dense_network', name: 'mine' }, 1)
      throw mismatch
    })
    expect((await cards.get('dense_network/mine')).card.version).to.equal(1)
    expect(checks).to.equal(2)
  })

  it('are rejected if they are what was checked', async () => {
    const cards = new Cards(root, () => Promise.reject(mismatch))
    expect(await rejection(cards.get('dense_network/mine'))).to.equal(mismatch)
    expect([...(await cards.names())].map((name) => path.basename(name))).to.include('mine')
  })

  it('fault 1: are not read again for each request while they are broken, and at once when they change', async () => {
    const file = path.join(root, 'dense_network', 'mine', 'card.json')
    const whole = await readFile(file)
    await writeFile(file, '{')
    const cards = new Cards(root)
    const first = await rejection(cards.get('dense_network/mine'))
    expect(first).to.include({ code: 'MODEL_BROKEN' })
    expect(await rejection(cards.get('dense_network/mine'))).to.equal(first)
    await writeFile(file, whole)
    expect((await cards.get('dense_network/mine')).card.llms).to.deep.equal(['a', 'b'])
  })
})
