import path from 'node:path'

import { expect } from 'chai'

import { referenceEncoder } from '../../src/cli/reference.js'
import { readConfig } from '../../src/config/config.js'
import { readCheckpoint } from '../../src/convert/checkpoint.js'
import { convertCheckpoint } from '../../src/convert/convert.js'
import { createLogger } from '../../src/log.js'
import { startBackend } from '../../src/tensor/backend.js'
import { openService } from '../../src/wiring.js'
import type { Service } from '../../src/wiring.js'
import { completeGolden, edgeRows, goldenPath } from '../golden.js'
import type { GoldenRow } from '../golden.js'
import { ENCODER, makeSavedModels } from '../savedModels.js'

/** Float32 in another order of summation, through encoder and network; LLimit v1's own batches differ by 5e-7. */
const SCORE_TOLERANCE = 1e-5

/** LLMs whose scores the rows hold, in order. The same for both dense networks. */
const LLMS = [
  'gemini-1.5-pro-002',
  'llama3-chatqa-1.5-8b',
  'codegemma-7b',
  'deepseek-v2-chat-0506',
  'gemini-1.5-flash-002',
  'phi-3-mini-4k-instruct',
  'gpt-4-turbo-2024-04-09',
  'llama-2-13b',
  'llama-3-8b-instruct',
  'llama-3.1-8b',
  'qwen1.5-72b-chat',
  'mistral-7b-v0.1',
]

describe('scores of the shipped model', () => {
  let service: Service
  before(async () => {
    service = await openService(readConfig({}), createLogger('error', { silent: true }))
  })
  after(() => service.close())

  it('are those of LLimit v1 on hand-made prompts', async () => {
    await compare(service, 'dense_network/llimit-reference', 'golden-head', edgeRows())
  })

  it('do not depend on neighbours', async () => {
    const rows = edgeRows()
    const together = await scoresOf(service, 'dense_network/llimit-reference', rows)
    for (const p of [0, 17, 42, rows.length - 1]) {
      const alone = await scoresOf(service, 'dense_network/llimit-reference', rows.slice(p, p + 1))
      LLMS.forEach((_, m) => expect(alone[m]?.[0]).to.be.closeTo(together[m]?.[p] ?? NaN, SCORE_TOLERANCE))
    }
  })
})

const golden = completeGolden()
const checkpoints = goldenPath('checkpoints')
if (golden !== undefined && checkpoints !== undefined) {
  describe('scores of converted checkpoints, every prompt of the complete set', () => {
    let saved: Awaited<ReturnType<typeof makeSavedModels>>
    let service: Service

    before(async () => {
      saved = await makeSavedModels()
      const config = readConfig({ savedModels: saved.root })
      service = await openService(config, createLogger('error', { silent: true }))
      await startBackend(['cpu'])
    })
    after(async () => {
      await service.close()
      await saved.remove()
    })

    for (const file of ['golden-seed.pkl', 'golden-head.pkl', 'golden-head.pt', 'golden-head.safetensors']) {
      it(file, async function () {
        this.timeout(600_000)
        const encoder = await referenceEncoder(service.encoders, ENCODER)
        const name = file.replace('.', '-')
        const checkpoint = await readCheckpoint(path.join(checkpoints, file))
        await convertCheckpoint(checkpoint, encoder, { root: saved.root, name, replace: false })
        await compare(service, `dense_network/${name}`, path.parse(file).name, golden)
      })
    }
  })
}

async function compare(service: Service, model: string, checkpoint: string, rows: readonly GoldenRow[]) {
  const found = await scoresOf(service, model, rows)
  rows.forEach(({ id, scores }, p) => {
    const expected = scores[checkpoint] ?? []
    expect(expected).to.have.length(LLMS.length)
    const ours = LLMS.map((_, m) => found[m]?.[p] ?? NaN)
    expected.forEach((score, m) => {
      expect(ours[m], `${id}, ${LLMS[m] ?? ''}`).to.be.closeTo(score ?? NaN, SCORE_TOLERANCE)
    })
    // Two LLMs keep their order unless LLimit v1 has them closer than the tolerance.
    expected.forEach((a, i) =>
      expected.forEach((b, j) => {
        const gap = (a ?? NaN) - (b ?? NaN)
        if (gap > 2 * SCORE_TOLERANCE) expect(ours[i]).to.be.greaterThan(ours[j] ?? NaN)
      }),
    )
  })
}

async function scoresOf(
  service: Service,
  model: string,
  rows: readonly GoldenRow[],
): Promise<Float32Array[]> {
  const prompts = rows.map(({ prompt }) => prompt)
  const { scores } = await service.selection.infer({ model, llms: LLMS, prompts, batchSize: 128 })
  return [...scores.values()]
}
