import { PassThrough } from 'node:stream'

import { expect } from 'chai'
import fc from 'fast-check'

import { readConfig } from '../../src/config/config.js'
import { StaticEncoder } from '../../src/encoder/static/staticEncoder.js'
import { extractFeatures } from '../../src/features/features.js'
import { createLogger } from '../../src/log.js'
import { llmRow } from '../../src/numeric/indices.js'
import { outputOfPair } from '../../src/train/oracle.js'
import { openService } from '../../src/wiring.js'
import type { Service } from '../../src/wiring.js'
import { emptyFolder, WORDS, writeTinyStatic } from '../encoder/static/tinyStatic.js'
import { STATIC_LLMS, staticWeights, writeStaticModel } from '../staticModel.js'

describe('a saved model on a static encoder', () => {
  let service: Service
  let root: string
  const written: Buffer[] = []

  before(async () => {
    const log = new PassThrough().on('data', (chunk: Buffer) => written.push(chunk))
    root = await emptyFolder()
    await writeStaticModel(root)
    service = await openService(
      readConfig({}, { LLIMIT_SAVED_MODELS: root }),
      createLogger('info', { stream: log }),
    )
  })
  after(() => service.close())

  it('scores as float64 arithmetic does, whatever the prompts, LLMs and batch size', async () => {
    const encoder = await StaticEncoder.open(await writeTinyStatic())
    const weights = staticWeights()
    const prompt = fc.oneof(
      fc.array(fc.constantFrom(...WORDS, '?', '\n'), { maxLength: 30 }).map((words) => words.join(' ')),
      fc.string({ maxLength: 50 }).filter((text) => !/\p{Surrogate}/u.test(text)),
    )
    const request = fc.record({
      prompts: fc.array(prompt, { minLength: 1, maxLength: 5 }),
      llms: fc.uniqueArray(fc.constantFrom(...STATIC_LLMS), { minLength: 1 }),
      batchSize: fc.integer({ min: 1, max: 9 }),
    })
    await fc.assert(
      fc.asyncProperty(request, async ({ prompts, llms, batchSize }) => {
        const { scores } = await service.selection.infer({
          model: 'dense_network/tiny',
          prompts,
          llms,
          batchSize,
        })
        expect([...scores.keys()]).to.deep.equal(llms)
        prompts.forEach((text, p) => {
          const inputs = [...encoder.encode(text).vector, ...extractFeatures(text, { version: 'v1' })]
          for (const llm of llms) {
            const logit = outputOfPair(weights, inputs, llmRow(STATIC_LLMS.indexOf(llm)))
            expect(scores.get(llm)?.[p]).to.be.closeTo(1 / (1 + Math.exp(-logit)), 1e-5)
          }
        })
      }),
      { numRuns: 50 },
    )
  })

  it('opens no engine and no thread', () => {
    const lines = String(Buffer.concat(written))
    expect(lines).to.include('encoder ready').and.include('saved model loaded')
    expect(lines).to.not.include('scorer ready')
    expect(lines).to.not.match(/engine/)
  })

  it('is listed with its encoder as any other', async () => {
    const [listed] = await service.selection.listModels()
    expect(listed).to.deep.include({ model: 'dense_network/tiny', encoder: 'tiny-static', loaded: true })
  })
})
