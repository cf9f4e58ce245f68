import { expect } from 'chai'

import { modelDescription } from '../../../src/http/openapi/examples.js'
import { checkShadow, pairOf } from '../../../src/selection/shadow/pair.js'
import { rejection } from '../../rejection.js'

const cardOf = (version: number, llms: string[]) => ({ ...modelDescription.card, version, llms })
const onDisk = (model: string, version: number, llms: string[]) => ({
  ...{ model, directory: model, card: cardOf(version, llms), sha256: `s${version}` },
})

describe('pairOf', () => {
  const names = { live: 'dense_network/tiny', shadow: 'dense_network/tiny@3' }

  it('has the LLMs that both have, in the order of the live one', () => {
    const { head, places, isSame } = pairOf(
      names,
      cardOf(2, ['a', 'b', 'c']),
      onDisk('x', 3, ['c', 'd', 'b']),
    )
    expect(head.llms).to.deep.equal(['b', 'c'])
    expect([...places]).to.deep.equal([
      ['b', 0],
      ['c', 1],
    ])
    expect([head.live.model, head.live.version, head.shadow.version]).to.deep.equal([
      ...['dense_network/tiny', 2, 3],
    ])
    expect(isSame).to.equal(false)
  })

  it('knows a shadow that has become the live version, and another one of the same number', () => {
    const card = cardOf(3, ['a'])
    expect(pairOf(names, card, onDisk('x', 3, ['a'])).isSame).to.equal(true)
    const other = { ...names, shadow: 'dense_network/other@3' }
    expect(pairOf(other, card, onDisk('x', 3, ['a'])).isSame).to.equal(false)
  })
})

describe('checkShadow', () => {
  const check = (llms: string[], change: object = {}) => {
    const found = onDisk('dense_network/b', 1, llms)
    const models = new Map([
      ['dense_network/a', onDisk('dense_network/a', 1, ['x', 'y'])],
      ['dense_network/b', { ...found, card: { ...found.card, ...change } }],
    ])
    const find = (name: string) => {
      const model = models.get(name)
      return model === undefined ? Promise.reject(new Error(name)) : Promise.resolve(model)
    }
    return checkShadow({ live: 'dense_network/a', shadow: 'dense_network/b' }, { find })
  }

  it('says whether the encoder is the same', async () => {
    expect(await check(['y'])).to.equal(true)
    const { encoder } = modelDescription.card
    expect(await check(['y'], { encoder: { ...encoder, sha256: 'other' } })).to.equal(false)
  })

  it('rejects what cannot be compared', async () => {
    expect(String(await rejection(check(['z'])))).to.include('that have an LLM in common')
    expect(String(await rejection(check(['x'], { output: 'margin' })))).to.include('that gives probabilities')
  })
})
