import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { expect } from 'chai'

import { bytesOfEmbedding } from '../../src/embedding/cache/embedding.js'
import { PromptCache } from '../../src/embedding/cache/promptCache.js'
import { Encoders } from '../../src/embedding/encoders.js'
import { LLimitError } from '../../src/errors.js'
import { createLogger } from '../../src/log.js'
import { tinyRows, writePublishedStatic, writeTinyStatic } from '../encoder/static/tinyStatic.js'
import { rejection } from '../rejection.js'

describe('Encoders, of static encoders', () => {
  let root: string
  let encoders: Encoders

  before(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'llimit-encoders-'))
    await mkdir(path.join(root, 'encoders'))
    const install = (directory: string, name: string) =>
      cp(directory, path.join(root, 'encoders', name), { recursive: true })
    await install(await writeTinyStatic(), 'first')
    await install(await writeTinyStatic({ rows: tinyRows(2), damping: 'none' }), 'second')
    await install(await writePublishedStatic(true), 'published')
    encoders = new Encoders({
      roots: [root],
      enginePreference: { engine: 'auto', precision: 'fp32' },
      cache: new PromptCache({ maxBytes: 1e6, bytesOf: bytesOfEmbedding }),
      limits: { tokens: 1000, queuedTokens: 1000, requests: 512 },
      log: createLogger('error'),
    })
  })
  after(() => rm(root, { recursive: true }))

  const prompts = ['a cat', '', 'the dog of the cat']
  const vectorsOf = async (name: string) =>
    (await (await encoders.get(name)).embed(prompts)).map(({ vector }) => Array.from(vector))

  it('opens each once, without an engine', async () => {
    const first = await encoders.get('first')
    expect(await encoders.get('publisher/first')).to.equal(first)
    expect(first).to.include({ isStatic: true, dimension: 8, maxTokens: Infinity })
    expect(await encoders.isStatic('first')).to.equal(true)
  })

  it('opens what sentence-transformers publishes, which has no config.json', async () => {
    expect(await vectorsOf('published')).to.have.length(3)
  })

  it('concatenates two, in the order of their names', async () => {
    const [a, b, ab, ba] = await Promise.all(
      ['first', 'second', 'first+second', 'second+first'].map(vectorsOf),
    )
    expect(ab).to.deep.equal(a?.map((vector, p) => [...vector, ...(b?.[p] ?? [])]))
    expect(ba).to.deep.equal(b?.map((vector, p) => [...vector, ...(a?.[p] ?? [])]))
    const joined = await encoders.get('first+second')
    expect(joined).to.include({ dimension: 16, isStatic: true })
    expect(joined.parts.map(({ name }) => name)).to.deep.equal(['first', 'second'])
    expect((await joined.embed(['a cat']))[0]).to.include({ tokens: 2, truncated: false })
  })

  it('holds the order and the dimensions to the card', async () => {
    const { sha256, dimension } = await encoders.get('first+second')
    const card = (name: string, change = {}) => ({ encoder: { name, sha256, dimension, ...change } })
    expect(await encoders.forCard(card('first+second'))).to.include({ dimension: 16 })
    for (const wrong of [card('second+first'), card('first'), card('first+second', { dimension: 8 })]) {
      const error = await rejection(encoders.forCard(wrong))
      expect(error).to.be.instanceOf(LLimitError).and.include({ code: 'MODEL_BROKEN' })
    }
  })

  it('fault 18: reads one that is broken no more often than it changes', async () => {
    const { sha256, dimension } = await encoders.get('second')
    const card = { encoder: { name: 'second', sha256, dimension } }
    const file = path.join(root, 'encoders', 'second', 'tokenizer.json')
    const whole = await readFile(file)
    await writeFile(file, '{')
    const first = await rejection(encoders.check(card))
    expect(first).to.include({ code: 'MODEL_BROKEN' })
    expect(await rejection(encoders.check(card))).to.equal(first)
    await writeFile(file, whole)
    expect(await encoders.check(card)).to.match(/^[0-9a-f]{64}$/)
  })

  it('says which of two is not installed', async () => {
    await rename(path.join(root, 'encoders', 'published'), path.join(root, 'encoders', 'other'))
    const error = await rejection(encoders.get('first+published'))
    expect(String(error)).to.contain('"published"').and.contain('second')
  })
})
