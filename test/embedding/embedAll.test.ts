import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { expect } from 'chai'

import { embedAll } from '../../src/embedding/embedAll.js'
import type { EmbeddingSource } from '../../src/embedding/embedAll.js'
import { rejection } from '../rejection.js'

const E = 3
/** Not a number that float32 holds exactly, so that bytes on disk are seen to be the same. */
const vectorOf = (prompt: string) => Float32Array.of(prompt.length / 3, prompt.charCodeAt(0), -1)

describe('embedAll', () => {
  let folder: string
  let cacheFile: string
  let computed: string[]

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'llimit-embeddings-'))
    cacheFile = path.join(folder, 'deeper', 'cache.bin')
    computed = []
  })
  afterEach(() => rm(folder, { recursive: true }))

  const encoder = (fingerprint = 'a', precision = 'fp32'): EmbeddingSource => ({
    dimension: E,
    fingerprint: `${fingerprint}:${precision}`,
    embed: (prompts) => {
      computed.push(...prompts)
      return Promise.resolve(
        prompts.map((prompt) => ({ vector: vectorOf(prompt), tokens: 1, truncated: false })),
      )
    },
  })
  const flat = (prompts: readonly string[]) =>
    Float32Array.from(prompts.flatMap((prompt) => [...vectorOf(prompt)]))

  it('gives a row for each prompt and encodes the same prompt once', async () => {
    const prompts = ['one', 'three', 'one']
    expect(await embedAll(encoder(), prompts)).to.deep.equal(flat(prompts))
    expect(computed).to.deep.equal(['one', 'three'])
  })

  it('encodes in calls that fit the queue, and tells how far it is', async () => {
    const prompts = Array.from({ length: 600 }, (_, i) => `prompt ${i}`)
    const progress: number[] = []
    const rows = await embedAll(encoder(), prompts, { onProgress: (done) => void progress.push(done) })
    expect(rows).to.deep.equal(flat(prompts))
    expect(progress).to.deep.equal([0, 256, 512, 600])
  })

  it('encodes in a second run only what the first did not', async () => {
    await embedAll(encoder(), ['one', '\ud800', '\ud801'], { cacheFile })
    computed = []
    const prompts = ['two', '\ud801', '\ud800', 'one']
    expect(await embedAll(encoder(), prompts, { cacheFile })).to.deep.equal(flat(prompts))
    expect(computed).to.deep.equal(['two'])
  })

  it('does not take the vectors of another encoder or precision', async () => {
    for (const other of [encoder('a', 'int8'), encoder('b'), encoder('a')]) {
      computed = []
      await embedAll(other, ['one'], { cacheFile })
      expect(computed).to.deep.equal(['one'])
    }
  })

  it('computes again what was cut off or damaged, and mends the file', async () => {
    const prompts = ['one', 'two', 'three']
    await embedAll(encoder(), prompts, { cacheFile })
    const { size } = await stat(cacheFile)
    await truncate(cacheFile, size - 1)
    const bytes = await readFile(cacheFile)
    bytes.writeUInt8(bytes.readUInt8(70) ^ 1, 70)
    await writeFile(cacheFile, bytes)

    computed = []
    expect(await embedAll(encoder(), prompts, { cacheFile })).to.deep.equal(flat(prompts))
    expect(computed).to.deep.equal(['one', 'three'])
    computed = []
    expect(await embedAll(encoder(), prompts, { cacheFile })).to.deep.equal(flat(prompts))
    expect(computed).to.deep.equal([])
  })

  it('keeps what was done before an encoder failed, and passes the failure on', async () => {
    const prompts = Array.from({ length: 300 }, (_, i) => `prompt ${i}`)
    const { embed, ...rest } = encoder()
    const failing: EmbeddingSource = {
      ...rest,
      embed: (chunk) => (computed.length > 0 ? Promise.reject(new Error('worker gone')) : embed(chunk)),
    }
    expect(String(await rejection(embedAll(failing, prompts, { cacheFile })))).to.match(/worker gone/)
    computed = []
    await embedAll(encoder(), prompts, { cacheFile })
    expect(computed).to.have.length(300 - 256)
  })

  it('discards a file that has something else', async () => {
    await embedAll(encoder(), ['one'], { cacheFile })
    await writeFile(cacheFile, 'something else')
    await appendFile(cacheFile, Buffer.alloc(1000))
    await embedAll(encoder(), ['one'], { cacheFile })
    computed = []
    await embedAll(encoder(), ['one'], { cacheFile })
    expect(computed).to.deep.equal([])
  })
})
