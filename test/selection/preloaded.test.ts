import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { expect } from 'chai'

import { readConfig } from '../../src/config/config.js'
import { createLogger } from '../../src/log.js'
import { openService } from '../../src/wiring.js'
import type { Service } from '../../src/wiring.js'
import { emptyFolder } from '../encoder/static/tinyStatic.js'
import { writeStaticModel } from '../staticModel.js'

const MODEL = 'dense_network/tiny'

describe('Preloaded', () => {
  let root: string
  let service: Service
  let stop: AbortController
  beforeEach(async () => {
    root = await emptyFolder()
    stop = new AbortController()
    const config = readConfig({}, { LLIMIT_SAVED_MODELS: root, LLIMIT_PRELOAD: MODEL })
    service = await openService(config, createLogger('error', { silent: true }))
  })
  afterEach(async () => {
    stop.abort()
    await service.close()
  })

  const changeCard = async (change: (reference: { scores: number[][]; tolerance: number }) => object) => {
    const file = path.join(root, 'dense_network', 'tiny', 'card.json')
    const card = JSON.parse(await readFile(file, 'utf8')) as {
      reference: { scores: number[][]; tolerance: number }
    }
    await writeFile(file, JSON.stringify({ ...card, reference: change(card.reference) }))
  }
  const untilReady = async () => {
    while ((await service.problems()).length > 0) await new Promise((resolve) => setTimeout(resolve, 20))
  }

  it('is not ready before the saved model is loaded, and is ready then', async () => {
    await writeStaticModel(root)
    expect(await service.problems()).to.deep.equal([
      `The saved model ${MODEL} is not ready: it is being loaded`,
    ])
    await service.preloaded.load(stop.signal)
    expect(await service.problems()).to.deep.equal([])
    expect(service.registry.isLoaded(MODEL)).to.equal(true)
  })

  it('says what is missing, and loads it when it comes', async () => {
    await service.preloaded.load(stop.signal)
    expect(await service.problems()).to.deep.equal([
      `The saved model ${MODEL} is not ready: Model not found: ${MODEL}`,
    ])
    await writeStaticModel(root)
    await untilReady()
  })

  it('is not ready once the saved model has been removed', async () => {
    await writeStaticModel(root)
    await service.preloaded.load(stop.signal)
    await rm(path.join(root, 'dense_network', 'tiny'), { recursive: true })
    expect((await service.problems())[0]).to.match(/tiny cannot be loaded any more: Model not found/)
  })

  it('stays ready while a replacement is broken, since the version before it is served', async () => {
    await writeStaticModel(root)
    await service.preloaded.load(stop.signal)
    await writeFile(path.join(root, 'dense_network', 'tiny', 'card.json'), '{}')
    expect(await service.problems()).to.deep.equal([])
  })

  it('is not ready if the reference scores of the card come out otherwise', async () => {
    await writeStaticModel(root)
    await changeCard(({ scores, ...rest }) => ({ ...rest, scores, tolerance: 1e-9 }))
    await service.preloaded.load(stop.signal)
    expect((await service.problems())[0]).to.match(/tiny is not ready: .*Expected the score 0.5000 of "a"/)
  })
})
