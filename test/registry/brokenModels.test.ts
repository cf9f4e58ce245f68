import { readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createHash } from 'node:crypto'

import { expect } from 'chai'

import type { Card } from '../../src/card.js'
import { rejection } from '../rejection.js'
import { writeSavedModel } from '../savedModels.js'
import { useRegistries } from './countingRegistries.js'

describe('Registry, with saved models that are broken', () => {
  const registries = useRegistries()
  const write = (name: string, change?: (card: Card) => unknown) =>
    writeSavedModel(registries.directoryOf(name), { seed: 1, llms: ['a', 'b'] }, change)
  const fileOf = (name: string, file: string) => path.join(registries.directoryOf(name), file)

  /** Writes a saved model whose model.json is changed and whose card has the checksum of the changed one. */
  const writeWith = async (name: string, change: (text: string) => string) => {
    await write(name)
    const text = change(await readFile(fileOf(name, 'model.json'), 'utf8'))
    await writeFile(fileOf(name, 'model.json'), text)
    const card = JSON.parse(await readFile(fileOf(name, 'card.json'), 'utf8')) as Card
    card.files['model.json'] = createHash('sha256').update(text).digest('hex')
    await writeFile(fileOf(name, 'card.json'), JSON.stringify(card))
  }

  it('fault 1: answers a thousand requests for a broken model at once, and loads it hardly ever', async () => {
    await writeWith('broken', (text) => text.replace(/"units":\s*8/, '"units": 100000'))
    await write('good')
    const registry = registries.make()
    const errors = new Set<string>()
    for (let request = 0; request < 1000; request++) {
      errors.add(String(await rejection(registry.acquire('dense_network/broken'))))
    }
    expect([...errors]).to.have.length(1)
    expect([...errors][0]).to.match(/dense_network\/broken cannot be used: model\.json: /)
    ;(await registry.acquire('dense_network/good')).release()
    // Each pause is twice as long as the one before.
    expect(registries.loads.length).to.be.lessThan(8)
    expect(registries.loads.at(-1)).to.equal('good')
  })

  it('fault 2: rejects a graph that would be waited for without end, and goes on', async () => {
    await writeWith('endless', (text) => text.replace(/"dense_2",(\s*)0,/, '"dense_7",$10,'))
    await write('good')
    const registry = registries.make()
    expect(String(await rejection(registry.acquire('dense_network/endless')))).to.match(/got "dense_7"/)
    ;(await registry.acquire('dense_network/good')).release()
  })

  it('fault 3: waits for a load no longer than a request may take, and holds what comes of it for others', async () => {
    await write('slow')
    const registry = registries.make()
    let goOn = (): void => undefined
    registries.beforeLoad = () => new Promise<void>((resolve) => (goOn = resolve))
    const controller = new AbortController()
    const waiting = rejection(registry.acquire('dense_network/slow', controller.signal))
    const patient = registry.acquire('dense_network/slow')
    controller.abort(new Error('time is over'))
    expect(await waiting).to.include({ message: 'time is over' })
    while (registries.loads.length === 0) await new Promise((resolve) => setImmediate(resolve))
    goOn()
    ;(await patient).release()
    expect(registries.loads).to.deep.equal(['slow'])
  })

  it('tries a model at once again when one of its files has changed', async () => {
    await write('one')
    await rename(fileOf('one', 'weights.bin'), fileOf('one', 'away'))
    const registry = registries.make()
    expect(await rejection(registry.acquire('dense_network/one'))).to.include({ code: 'MODEL_BROKEN' })
    await rename(fileOf('one', 'away'), fileOf('one', 'weights.bin'))
    ;(await registry.acquire('dense_network/one')).release()
    expect(registries.loads).to.deep.equal(['one', 'one'])
  })

  it('fault 1: remembers one that loads and cannot be computed', async () => {
    await write('failing')
    const registry = registries.make()
    registries.onScore = () => Promise.reject(new Error('rank 2 and dim 0'))
    for (let request = 0; request < 20; request++) {
      const error = await rejection(registry.acquire('dense_network/failing'))
      expect(error).to.include({ code: 'MODEL_BROKEN' })
      expect(String(error)).to.match(/model\.json cannot be computed: rank 2 and dim 0/)
    }
    expect(registries.inMemory).to.equal(0)
    expect(registries.loads.length).to.be.lessThan(8)
    const onDisk = await registry.find('dense_network/failing')
    expect(await registry.problemOf(onDisk)).to.match(/cannot be computed/)
  })

  it('fault 16: holds the reference scores of the card when it is loaded', async () => {
    const scored = (scores: number[][], tolerance = 1e-5) => ({
      ...({} as Card),
      reference: { prompts: ['x', 'y'], llms: ['b'], scores, tolerance },
    })
    await write('other', (card) => ({ ...card, ...scored([[0.123, 0.2]]) }))
    await write('short', (card) => ({ ...card, ...scored([[0.123]]) }))
    await write('foreign', (card) => ({
      ...card,
      reference: { prompts: ['x'], llms: ['c'], scores: [[0]], tolerance: 1 },
    }))
    const registry = registries.make()
    const why = async (name: string) => {
      const error = await rejection(registry.acquire(`dense_network/${name}`))
      expect(error).to.include({ code: 'MODEL_BROKEN' })
      return String(error)
    }
    expect(await why('other')).to.match(
      /Expected the score 0\.1230 of "b" for reference\.prompts\[0\] of card\.json, got -?[\d.]+: the encoder/,
    )
    expect(await why('short')).to.match(/Expected reference\.scores of 1 LLMs x 2 prompts/)
    expect(await why('foreign')).to.match(/Expected reference\.llms of card\.json among its llms, got "c"/)
    expect(registries.inMemory).to.equal(0)
  })

  it('says what is wrong of models that nobody has asked for', async () => {
    await write('good')
    await write('homeless', (card) => ({ ...card, encoder: { ...card.encoder, name: 'not-installed' } }))
    await write('foreign', (card) => ({ ...card, encoder: { ...card.encoder, sha256: '0'.repeat(64) } }))
    await write('cut')
    await rename(fileOf('cut', 'weights.bin'), fileOf('cut', 'away'))
    const registry = registries.make()
    const problemOf = async (name: string) => registry.problemOf(await registry.find(`dense_network/${name}`))
    expect(await problemOf('good')).to.equal(undefined)
    expect(await problemOf('homeless')).to.match(/Expected the encoder "not-installed" to be installed/)
    expect(await problemOf('foreign')).to.match(/sha256 0{64}, got one with 384/)
    expect(await problemOf('cut')).to.equal('The file weights.bin cannot be read')
    expect(registries.loads).to.deep.equal([])
  })
})
