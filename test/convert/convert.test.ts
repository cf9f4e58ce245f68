import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { expect } from 'chai'

import { cardSchema } from '../../src/card.js'
import { readCheckpoint } from '../../src/convert/checkpoint.js'
import { convertCheckpoint } from '../../src/convert/convert.js'
import type { ReferenceEncoder } from '../../src/convert/convert.js'
import { DenseNetwork } from '../../src/scorer/denseNetwork.js'
import { readCheckedFiles } from '../../src/scorer/files.js'
import { startBackend } from '../../src/tensor/backend.js'
import { rejection } from '../rejection.js'
import { checkpointFixture, TINY_SCORES } from './fixtures.js'

/** An encoder that embeds nothing; the network does not care. */
const encoder: ReferenceEncoder = {
  name: 'all-MiniLM-L6-v2',
  dimension: 384,
  sha256: 'a'.repeat(64),
  embed: (prompts) => Promise.resolve(prompts.map(() => new Float32Array(384).fill(0.05))),
}

describe('convertCheckpoint', () => {
  let root: string
  before(async () => {
    await startBackend(['wasm'])
    root = await mkdtemp(path.join(os.tmpdir(), 'llimit-convert-'))
  })
  after(() => rm(root, { recursive: true }))

  const directoryOf = (name: string) => path.join(root, 'dense_network', name)
  const convert = async (file: string, name: string, options: { replace?: boolean } = {}) =>
    convertCheckpoint(await readCheckpoint(checkpointFixture(file)), encoder, {
      root,
      name,
      replace: options.replace ?? false,
    })

  for (const version of ['seed', 'head'] as const) {
    for (const ending of ['pkl', 'pt', 'safetensors']) {
      it(`writes tiny-${version}.${ending} as a network with the same scores`, async () => {
        const directory = directoryOf(`${version}-${ending}`)
        const card = await convert(`tiny-${version}.${ending}`, `${version}-${ending}`)
        expect(card.llms).to.deep.equal(TINY_SCORES.llms)
        const written: unknown = JSON.parse(await readFile(path.join(directory, 'card.json'), 'utf8'))
        expect(cardSchema.parse(written)).to.deep.equal(card)

        const network = await DenseNetwork.load(await readCheckedFiles({ directory, files: card.files }))
        const { features, scores } = TINY_SCORES[version]
        const found = await network.score({
          embeddings: Float32Array.from(TINY_SCORES.embeddings.flat()),
          features: Float32Array.from(features.flat()),
          llms: Int32Array.from(card.llms.keys()),
          batchSize: 4,
        })
        network.dispose()
        scores.forEach((row, p) =>
          row.forEach((score, llm) => {
            // numpy in float64 against float32 sums of 430 terms.
            expect(found[llm * scores.length + p]).to.be.closeTo(score, 1e-6)
          }),
        )
      })
    }
  }

  it('rejects to overwrite, and replaces when it is told to', async () => {
    await convert('tiny-seed.pkl', 'taken')
    const error = await rejection(convert('tiny-head.pkl', 'taken'))
    expect(error).to.include({ code: 'CONFLICT' })
    const card = await convert('tiny-head.pkl', 'taken', { replace: true })
    expect(card.features.version).to.equal('v2')
    const written = cardSchema.parse(
      JSON.parse(await readFile(path.join(directoryOf('taken'), 'card.json'), 'utf8')),
    )
    expect(written.features.version).to.equal('v2')
  })

  it('rejects an encoder of another width and leaves nothing behind', async () => {
    const checkpoint = await readCheckpoint(checkpointFixture('tiny-seed.pkl'))
    const target = { root, name: 'wide', replace: false }
    const error = await rejection(convertCheckpoint(checkpoint, { ...encoder, dimension: 768 }, target))
    expect(String(error)).to.match(
      /tiny-seed\.pkl: expected an encoder of 384 dimensions, got all-MiniLM-L6-v2 of 768/,
    )
    const folders = await readdir(path.join(root, 'dense_network'))
    expect(folders.filter((name) => name.startsWith('.') || name === 'wide')).to.deep.equal([])
  })
})
