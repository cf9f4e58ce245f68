import { renameSync } from 'node:fs'
import { appendFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'

import { expect } from 'chai'

import type { Card } from '../../src/card.js'
import { rejection } from '../rejection.js'
import { writeSavedModel } from '../savedModels.js'
import { useRegistries } from './countingRegistries.js'

describe('Registry', () => {
  const registries = useRegistries()
  const write = (name: string, seed = 1) =>
    writeSavedModel(registries.directoryOf(name), { seed, llms: ['a', 'b'] })

  it('loads once when many ask at the same moment', async () => {
    await write('one')
    const registry = registries.make()
    const leases = await Promise.all(Array.from({ length: 20 }, () => registry.acquire('dense_network/one')))
    expect(registries.loads).to.deep.equal(['one'])
    expect(new Set(leases.map(({ savedModel }) => savedModel)).size).to.equal(1)
    expect(registry.isLoaded('dense_network/one')).to.equal(true)
  })

  it('evicts the least recently used, but not while it is leased', async () => {
    for (const name of ['one', 'two', 'three']) await write(name)
    const registry = registries.make(2)
    const one = await registry.acquire('dense_network/one')
    ;(await registry.acquire('dense_network/two')).release()
    ;(await registry.acquire('dense_network/three')).release()
    expect(registry.isLoaded('dense_network/one')).to.equal(false)
    expect(registries.inMemory).to.equal(3)
    one.release()
    one.release()
    expect(registries.inMemory).to.equal(2)
    await registry.acquire('dense_network/two')
    expect(registries.loads).to.deep.equal(['one', 'two', 'three'])
  })

  it('finds a saved model that is added while it runs, and forgets one that is removed', async () => {
    const registry = registries.make()
    expect(await rejection(registry.acquire('dense_network/late'))).to.include({ code: 'MODEL_NOT_FOUND' })
    await write('late')
    ;(await registry.acquire('dense_network/late')).release()
    await rm(registries.directoryOf('late'), { recursive: true })
    expect(await rejection(registry.acquire('dense_network/late'))).to.include({ code: 'MODEL_NOT_FOUND' })
    expect(registries.inMemory).to.equal(0)
  })

  it('picks up a replacement, and serves the version before while the replacement is incomplete', async () => {
    await write('one', 1)
    await write('next', 2)
    const registry = registries.make()
    const first = await registry.acquire('dense_network/one')
    // As a copy in progress leaves it: the card is the new one, the weights are still the old ones.
    await rename(
      path.join(registries.directoryOf('next'), 'card.json'),
      path.join(registries.directoryOf('one'), 'card.json'),
    )
    const second = await registry.acquire('dense_network/one')
    expect(second.savedModel).to.equal(first.savedModel)
    await rename(
      path.join(registries.directoryOf('next'), 'weights.bin'),
      path.join(registries.directoryOf('one'), 'weights.bin'),
    )
    const third = await registry.acquire('dense_network/one')
    expect(third.savedModel).not.to.equal(first.savedModel)
    first.release()
    second.release()
    expect(registries.inMemory).to.equal(1)
  })

  it('waits for a folder that is being renamed, also if it was listed meanwhile', async () => {
    await write('one')
    const registry = registries.make()
    ;(await registry.acquire('dense_network/one')).release()
    renameSync(registries.directoryOf('one'), registries.directoryOf('.away'))
    expect(await registry.cards.names()).to.deep.equal([])
    const waiting = registry.acquire('dense_network/one')
    await setTimeout(10)
    renameSync(registries.directoryOf('.away'), registries.directoryOf('one'))
    ;(await waiting).release()
    expect(registries.loads).to.deep.equal(['one'])
  })

  it('rejects a broken one and says why, while the others go on', async () => {
    await write('good')
    await write('cut')
    await appendFile(path.join(registries.directoryOf('cut'), 'weights.bin'), 'x')
    await write('nonsense')
    await writeFile(path.join(registries.directoryOf('nonsense'), 'card.json'), '{"format_version": 1}')
    await writeSavedModel(registries.directoryOf('foreign'), { seed: 1, llms: ['a'] }, (card) => ({
      ...card,
      encoder: { ...card.encoder, sha256: '0'.repeat(64) },
    }))
    await writeSavedModel(registries.directoryOf('homeless'), { seed: 1, llms: ['a'] }, (card) => ({
      ...card,
      encoder: { ...card.encoder, name: 'no-such-encoder' },
    }))
    const change = (name: string, fields: Partial<Card>) =>
      writeSavedModel(registries.directoryOf(name), { seed: 1, llms: ['a'] }, (card) => ({
        ...card,
        ...fields,
      }))
    await change('crowded', { llms: ['a', 'b'] })
    const unscaled = { mean: Array<number>(26).fill(0), scale: Array<number>(26).fill(1) }
    await change('renamed', { features: { version: 'v2', scaler: unscaled } })
    const registry = registries.make()
    const why = async (name: string) => {
      const error = await rejection(registry.acquire(`dense_network/${name}`))
      expect(error).to.include({ code: 'MODEL_BROKEN' })
      return String(error)
    }
    expect(await why('cut')).to.match(
      /dense_network\/cut cannot be used: Expected sha256 \w{64} of weights\.bin, .*, got/,
    )
    expect(await why('nonsense')).to.match(/card\.json: type: expected 'dense_network', got nothing/)
    expect(await why('foreign')).to.match(
      /Expected the encoder "all-MiniLM-L6-v2" of the card, .* got one with/,
    )
    expect(await why('homeless')).to.match(
      /Expected the encoder "no-such-encoder" to be installed, got all-MiniLM-L6-v2/,
    )
    expect(await why('crowded')).to.match(
      /Expected a network for 384 .* and 2 LLMs, as card\.json says, got 384 .*, 45 features and 1 LLMs/,
    )
    expect(await why('renamed')).to.match(/Expected a network for .* 44 features .*, got .* 45 features/)
    expect(registries.inMemory).to.equal(0)
    ;(await registry.acquire('dense_network/good')).release()
  })

  for (const name of [
    '../x',
    '..',
    '.',
    '',
    'a/b/c',
    '__proto__',
    'x@1',
    '@1',
    'constructor',
    '%2e%2e',
    'a\0b',
    '.hidden',
  ]) {
    it(`treats ${JSON.stringify(name)} as an ordinary unknown name`, async () => {
      await write('.hidden')
      const registry = registries.make()
      const error = await rejection(registry.acquire(`dense_network/${name}`))
      expect(error).to.include({ code: 'MODEL_NOT_FOUND', message: `Model not found: dense_network/${name}` })
    })
  }

  it('says what is wrong with the form of a name', async () => {
    const registry = registries.make()
    const why = async (model: string) => String(await rejection(registry.acquire(model)))
    expect(await why('x')).to.match(/Model must be of the form 'model_type\/model_name'/)
    expect(await why('foo/x')).to.match(/Invalid model type: foo/)
    expect(await why('encoders/x')).to.match(/Invalid model type: encoders/)
    expect(await why('dn_embedding/x')).to.match(/Unknown model type: dn_embedding/)
  })
})
