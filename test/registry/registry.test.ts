import { renameSync } from 'node:fs'
import { appendFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'

import { expect } from 'chai'

import { bytesOfEmbedding } from '../../src/cache/embedding.js'
import { PromptCache } from '../../src/cache/promptCache.js'
import type { Card } from '../../src/card.js'
import { createLogger } from '../../src/log.js'
import { Encoders } from '../../src/registry/encoders.js'
import { Registry } from '../../src/registry/registry.js'
import { Scorer } from '../../src/scorer/scorer.js'
import type { NetworkSource } from '../../src/scorer/files.js'
import { rejection } from '../rejection.js'
import { makeSavedModels, writeSavedModel } from '../savedModels.js'

describe('Registry', () => {
  const log = createLogger('error', { silent: true })
  let saved: Awaited<ReturnType<typeof makeSavedModels>>
  let scorer: Scorer
  let encoders: Encoders
  /** Directory of every load, and how many networks are loaded now. */
  let loads: string[]
  let inMemory: number

  before(async () => {
    saved = await makeSavedModels()
    scorer = new Scorer(() => undefined)
    encoders = new Encoders({
      roots: [saved.root],
      wish: { engine: 'onnxruntime', precision: 'fp32' },
      cache: new PromptCache({ maxBytes: 0, bytesOf: bytesOfEmbedding }),
      maxQueuedTokens: 100_000,
      log,
    })
  })
  after(async () => {
    await Promise.all([scorer.close(), encoders.close()])
    await saved.remove()
  })
  beforeEach(() => rm(path.join(saved.root, 'dense_network'), { recursive: true, force: true }))

  const directoryOf = (name: string) => path.join(saved.root, 'dense_network', name)
  const write = (name: string, seed = 1) => writeSavedModel(directoryOf(name), { seed, llms: ['a', 'b'] })

  function makeRegistry(maxLoaded = 4): Registry {
    loads = []
    inMemory = 0
    const counting = {
      load: async (source: NetworkSource) => {
        loads.push(path.basename(source.directory))
        const network = await scorer.load(source)
        inMemory++
        const dispose = () => {
          inMemory--
          return network.dispose()
        }
        return { ...network, dispose }
      },
    }
    return new Registry({ root: saved.root, maxLoaded, encoders, scorer: counting, log })
  }

  it('loads once when many ask at the same moment', async () => {
    await write('one')
    const registry = makeRegistry()
    const leases = await Promise.all(Array.from({ length: 20 }, () => registry.acquire('dense_network/one')))
    expect(loads).to.deep.equal(['one'])
    expect(new Set(leases.map(({ savedModel }) => savedModel)).size).to.equal(1)
    expect(registry.isLoaded('dense_network/one')).to.equal(true)
  })

  it('gives up the least recently used, but not while it is leased', async () => {
    for (const name of ['one', 'two', 'three']) await write(name)
    const registry = makeRegistry(2)
    const one = await registry.acquire('dense_network/one')
    ;(await registry.acquire('dense_network/two')).release()
    ;(await registry.acquire('dense_network/three')).release()
    expect(registry.isLoaded('dense_network/one')).to.equal(false)
    expect(inMemory).to.equal(3)
    one.release()
    one.release()
    expect(inMemory).to.equal(2)
    await registry.acquire('dense_network/two')
    expect(loads).to.deep.equal(['one', 'two', 'three'])
  })

  it('finds a saved model that is added while it runs, and forgets one that is removed', async () => {
    const registry = makeRegistry()
    expect(await rejection(registry.acquire('dense_network/late'))).to.include({ code: 'MODEL_NOT_FOUND' })
    await write('late')
    ;(await registry.acquire('dense_network/late')).release()
    await rm(directoryOf('late'), { recursive: true })
    expect(await rejection(registry.acquire('dense_network/late'))).to.include({ code: 'MODEL_NOT_FOUND' })
    expect(inMemory).to.equal(0)
  })

  it('picks up a replacement, and serves the version before while the replacement is incomplete', async () => {
    await write('one', 1)
    await write('next', 2)
    const registry = makeRegistry()
    const first = await registry.acquire('dense_network/one')
    // As a copy in progress leaves it: the card is the new one, the weights are still the old ones.
    await rename(path.join(directoryOf('next'), 'card.json'), path.join(directoryOf('one'), 'card.json'))
    const second = await registry.acquire('dense_network/one')
    expect(second.savedModel).to.equal(first.savedModel)
    await rename(path.join(directoryOf('next'), 'weights.bin'), path.join(directoryOf('one'), 'weights.bin'))
    const third = await registry.acquire('dense_network/one')
    expect(third.savedModel).not.to.equal(first.savedModel)
    first.release()
    second.release()
    expect(inMemory).to.equal(1)
  })

  it('waits for a folder that is being renamed, also where it was listed meanwhile', async () => {
    await write('one')
    const registry = makeRegistry()
    ;(await registry.acquire('dense_network/one')).release()
    renameSync(directoryOf('one'), directoryOf('.away'))
    expect(await registry.cards.names()).to.deep.equal([])
    const waiting = registry.acquire('dense_network/one')
    await setTimeout(10)
    renameSync(directoryOf('.away'), directoryOf('one'))
    ;(await waiting).release()
    expect(loads).to.deep.equal(['one'])
  })

  it('refuses a broken one and says why, while the others go on', async () => {
    await write('good')
    await write('cut')
    await appendFile(path.join(directoryOf('cut'), 'weights.bin'), 'x')
    await write('nonsense')
    await writeFile(path.join(directoryOf('nonsense'), 'card.json'), '{"format_version": 1}')
    await writeSavedModel(directoryOf('foreign'), { seed: 1, llms: ['a'] }, (card) => ({
      ...card,
      encoder: { ...card.encoder, sha256: '0'.repeat(64) },
    }))
    await writeSavedModel(directoryOf('homeless'), { seed: 1, llms: ['a'] }, (card) => ({
      ...card,
      encoder: { ...card.encoder, name: 'no-such-encoder' },
    }))
    const change = (name: string, fields: Partial<Card>) =>
      writeSavedModel(directoryOf(name), { seed: 1, llms: ['a'] }, (card) => ({ ...card, ...fields }))
    await change('crowded', { llms: ['a', 'b'] })
    const unscaled = { mean: Array<number>(26).fill(0), scale: Array<number>(26).fill(1) }
    await change('renamed', { features: { version: 'head', scaler: unscaled } })
    const registry = makeRegistry()
    const why = async (name: string) => {
      const error = await rejection(registry.acquire(`dense_network/${name}`))
      expect(error).to.include({ code: 'MODEL_BROKEN' })
      return String(error)
    }
    expect(await why('cut')).to.match(/dense_network\/cut cannot be used: the file weights\.bin has sha256/)
    expect(await why('nonsense')).to.match(/card\.json does not fit: type/)
    expect(await why('foreign')).to.match(/the installed encoder "all-MiniLM-L6-v2" has .* card\.json wants/)
    expect(await why('homeless')).to.match(
      /"no-such-encoder" is not installed \(installed: all-MiniLM-L6-v2\)/,
    )
    expect(await why('crowded')).to.match(
      /takes 384 .*, 45 features and 1 LLMs, card\.json says .* and 2 LLMs/,
    )
    expect(await why('renamed')).to.match(/takes .* 45 features .*, card\.json says .* 44 features/)
    expect(inMemory).to.equal(0)
    ;(await registry.acquire('dense_network/good')).release()
  })

  for (const name of [
    '../x',
    '..',
    '.',
    '',
    'a/b/c',
    '__proto__',
    'constructor',
    '%2e%2e',
    'a\0b',
    '.hidden',
  ]) {
    it(`treats ${JSON.stringify(name)} as an ordinary unknown name`, async () => {
      await write('.hidden')
      const registry = makeRegistry()
      const error = await rejection(registry.acquire(`dense_network/${name}`))
      expect(error).to.include({ code: 'MODEL_NOT_FOUND', message: `Model not found: dense_network/${name}` })
    })
  }

  it('says what is wrong with the form of a name', async () => {
    const registry = makeRegistry()
    const why = async (model: string) => String(await rejection(registry.acquire(model)))
    expect(await why('x')).to.match(/Model must be of the form 'model_type\/model_name'/)
    expect(await why('foo/x')).to.match(/Invalid model type: foo/)
    expect(await why('encoders/x')).to.match(/Invalid model type: encoders/)
    expect(await why('dn_embedding/x')).to.match(/Unknown model type: dn_embedding/)
  })
})
