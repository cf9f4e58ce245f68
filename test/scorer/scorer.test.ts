import { readFile, rename } from 'node:fs/promises'
import path from 'node:path'

import { expect } from 'chai'

import { cardSchema } from '../../src/card.js'
import { Pauses } from '../../src/failures/pauses.js'
import type { NetworkSource } from '../../src/scorer/files.js'
import { Scorer } from '../../src/scorer/scorer.js'
import type { LoadedNetwork } from '../../src/scorer/scorer.js'
import { rejection } from '../rejection.js'
import { makeSavedModels, writeSavedModel } from '../savedModels.js'
import { watchWorkers } from '../workers.js'

const batch = {
  embeddings: new Float32Array(384).fill(0.05),
  features: new Float32Array(45).fill(1),
  llms: Int32Array.of(1, 0),
  batchSize: 8,
}

describe('Scorer', () => {
  it('cancels what nobody waits for any more, and nothing else', async () => {
    const saved = await makeSavedModels()
    const scorer = new Scorer(() => undefined)
    try {
      const network = await scorer.load(await write(path.join(saved.root, 'model'), 1))
      const P = 4096
      const long = {
        embeddings: new Float32Array(P * 384).fill(0.05),
        features: new Float32Array(P * 45).fill(1),
        llms: new Int32Array(500),
        batchSize: 8,
      }
      const controller = new AbortController()
      const abandoned = rejection(network.score(long, controller.signal))
      const wanted = network.score(batch, new AbortController().signal)
      controller.abort(new Error('gone'))
      expect(await abandoned).to.include({ message: 'gone' })
      expect(await wanted).to.deep.equal(await network.score(batch))
      expect(await rejection(network.score(batch, controller.signal))).to.include({ message: 'gone' })
    } finally {
      await scorer.close()
      await saved.remove()
    }
  })
})

describe('a scorer whose thread is stuck', () => {
  it('fault 3: ends the wait at the limit of the request, is replaced, and puts the model aside', async () => {
    const saved = await makeSavedModels()
    const lost: string[] = []
    let now = 0
    const scorer = new Scorer(
      () => undefined,
      (reason) => lost.push(reason),
      1500,
      undefined,
      new Pauses(() => now),
    )
    try {
      const good = await scorer.load(await write(path.join(saved.root, 'good'), 1))
      const bad = await scorer.load(await write(path.join(saved.root, 'bad'), 2))
      const before = await good.score(batch)
      // One block of so many pairs keeps the thread busy for longer than it may be.
      const P = 20_000
      const endless = {
        embeddings: new Float32Array(P * 384).fill(0.05),
        features: new Float32Array(P * 45).fill(1),
        llms: new Int32Array(2000),
        batchSize: P * 2000,
      }
      const limit = AbortSignal.timeout(300)
      const timedOut = rejection(bad.score(endless, limit))
      const other = good.score(batch)
      expect(await timedOut).to.include({ name: 'TimeoutError' })
      expect(await other).to.deep.equal(before)
      expect(lost).to.have.length(1)
      expect(await rejection(bad.score(batch))).to.include({ code: 'MODEL_BROKEN' })
      expect(bad.problem()).to.match(/^The scorer (was stuck for 1\.5 s|ran out of memory|failed)/)
      expect(good.problem()).to.equal(undefined)
      now = 1001
      expect(bad.problem()).to.equal(undefined)
      expect(await bad.score(batch)).to.have.length(2)
    } finally {
      await scorer.close()
      await saved.remove()
    }
  })
})

describe('a scorer whose thread ends', () => {
  const workers = watchWorkers()
  const end = () => Promise.all(workers.map((worker) => worker.terminate()))
  let saved: Awaited<ReturnType<typeof makeSavedModels>>
  let scorer: Scorer
  let first: LoadedNetwork
  let second: LoadedNetwork
  let directory: string
  let lost: string[]
  const scoreBoth = () => Promise.all([first.score(batch), second.score(batch)])

  before(async () => {
    saved = await makeSavedModels()
  })
  beforeEach(async () => {
    lost = []
    scorer = new Scorer(
      () => undefined,
      (reason) => lost.push(reason),
    )
    directory = path.join(saved.root, 'model')
    first = await scorer.load(await write(directory, 1))
    second = await scorer.load(await write(path.join(saved.root, 'other'), 2))
  })
  afterEach(() => scorer.close())
  after(() => saved.remove())

  it('fails what the thread held, loads every network again and gives the same scores', async () => {
    const before = await scoreBoth()
    const held = rejection(scoreBoth())
    await end()
    expect(await held).to.include({ code: 'ENGINE_UNAVAILABLE' })
    expect(lost).to.have.length(1)
    expect(await scoreBoth()).to.deep.equal(before)
  })

  it('serves the others if a network cannot be loaded again, and that one when it can', async () => {
    const [before, other] = [await first.score(batch), await second.score(batch)]
    const file = path.join(directory, 'weights.bin')
    await rename(file, `${file}.away`)
    await end()
    expect(await second.score(batch)).to.deep.equal(other)
    for (let attempt = 0; attempt < 2; attempt++)
      expect(await rejection(first.score(batch))).to.include({ code: 'MODEL_BROKEN' })
    await rename(`${file}.away`, file)
    const again = await Promise.all([first.score(batch), first.score(batch)])
    expect(again).to.deep.equal([before, before])
  })

  it('starts again if the thread ends while networks are loaded', async () => {
    const before = await first.score(batch)
    await end()
    const started = workers.length
    const held = rejection(first.score(batch))
    while (workers.length === started) await new Promise((resolve) => setImmediate(resolve))
    await workers.at(-1)?.terminate()
    expect(await held).to.include({ code: 'ENGINE_UNAVAILABLE' })
    expect(await first.score(batch)).to.deep.equal(before)
  })
})

async function write(directory: string, seed: number): Promise<NetworkSource> {
  await writeSavedModel(directory, { seed, llms: ['a', 'b'] })
  const { files } = cardSchema.parse(JSON.parse(await readFile(path.join(directory, 'card.json'), 'utf8')))
  return { directory, files, calibration: undefined }
}
