import { readFileSync } from 'node:fs'
import path from 'node:path'

import { expect } from 'chai'
import { z } from 'zod'

import { readCheckpoint } from '../../src/convert/checkpoint.js'
import { goldenPath } from '../golden.js'
import { asyncFaultOf } from './fault.js'

const golden = goldenPath()
if (golden !== undefined) {
  const readJson = (name: string): unknown => JSON.parse(readFileSync(path.join(golden, name), 'utf8'))
  const checkpoint = (name: string): string => path.join(golden, 'checkpoints', name)

  describe('readCheckpoint on checkpoints of LLimit v1', () => {
    const known = z
      .record(z.string(), z.object({ all_llms: z.array(z.string()) }))
      .parse(readJson('checkpoints.json'))
    const scaler = z
      .object({ mean: z.array(z.number().nullable()), scale: z.array(z.number().nullable()) })
      .parse(readJson('golden-head-scaler.json'))

    it('reads the network on features v1', async () => {
      const network = await readCheckpoint(checkpoint('golden-seed.pkl'))
      expect(network).to.include({ featureCount: 45, llmEmbeddingDimension: 32 })
      expect(network.llms).to.deep.equal(known['golden-seed']?.all_llms)
      expect(network.layers.map((layer) => layer.inputs)).to.deep.equal([461, 256, 128, 64])
      expect(network.features).to.deep.equal({ version: 'v1' })
    })

    it('reads the same network on features v2 from its three containers', async () => {
      const { fileName, sha256, ...network } = await readCheckpoint(checkpoint('golden-head.pkl'))
      expect(fileName).to.equal('golden-head.pkl')
      expect(network).to.include({ featureCount: 44 })
      expect(network.llms).to.deep.equal(known['golden-head']?.all_llms)
      expect(network.features).to.deep.equal({ version: 'v2', scaler })
      for (const container of ['pt', 'safetensors']) {
        const other = await readCheckpoint(checkpoint(`golden-head.${container}`))
        expect(other.sha256).not.to.equal(sha256)
        expect(other).to.deep.include(network)
      }
    })

    for (const type of [
      'dn_embedding',
      'dn_embedding_length_prediction',
      'elo_scoring',
      'greedy_ranking',
      'least_squares_scoring',
      'mcmf_scoring',
      'simple_length_prediction',
      'simple_scoring',
    ]) {
      it(`rejects a checkpoint of ${type} by its type`, async () => {
        const message = await asyncFaultOf(() => readCheckpoint(checkpoint(`golden-${type}.pkl`)))
        expect(message).to.match(
          new RegExp(`expected a checkpoint of the type dense_network, got one of .*${type}\\b`),
        )
      })
    }
  })
}
