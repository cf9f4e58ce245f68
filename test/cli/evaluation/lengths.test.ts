import { expect } from 'chai'

import type { Card } from '../../../src/card.js'
import { evaluateLengths } from '../../../src/cli/evaluation/lengths.js'
import { tablesOf } from '../../../src/evaluate/table.js'
import { evaluate } from '../../../src/evaluate/evaluate.js'
import { modelDescription } from '../../../src/http/openapi/examples.js'
import type { InferRequest } from '../../../src/selection/requests.js'
import { tinyLengths } from '../../lengths/tinyLengths.js'
import { judged } from '../../outcomes/judged.js'
import { fakeService } from '../../http/runningApp.js'

const { card: lengths } = tinyLengths(1, { embedding: 4, features: 44, counted: [1, 1] })
const card: Card = { ...modelDescription.card, lengths }
const { outcomes } = judged(
  Array.from({ length: 300 }, (_, p) => ({
    prompt: `prompt ${p}`,
    scores: { a: p % 2, b: 1, c: 0 },
    // Of b every third answer was counted; of c none.
    tokens: { a: 100 + p, ...(p % 3 === 0 ? { b: 10 } : {}) },
  })),
)

/** Says of each prompt that its answers are as long as its number and 100. */
const asked: InferRequest[] = []
const selection = {
  inferWithDetails: async (request: InferRequest) => {
    asked.push(request)
    const { scores, details, prompts, resolved } = await fakeService.inferWithDetails(request)
    const withLengths = [...details].map(([llm, ofPrompts]) => {
      const ofLlm = ofPrompts.map((detail, i) => {
        const median = 100 + Number(request.prompts[i]?.split(' ')[1])
        const output_tokens = { expected: 1.5 * median, median, low: median, high: median, measured: true }
        return { ...detail, output_tokens }
      })
      return [llm, ofLlm] as const
    })
    return { scores, details: new Map(withLengths), prompts, resolved }
  },
}
const terminal = {
  progress: <T>(_: string, work: (report: () => void) => Promise<T>) => work(() => undefined),
}
const request = { model: 'm', card, outcomes, training: outcomes, seed: 1, resamples: 20 }

describe('evaluateLengths', () => {
  it('asks the model for the LLMs that were counted, and finds each answer again', async () => {
    const report = await evaluateLengths(selection, request, terminal)
    expect(asked.map(({ llms, prompts }) => [llms, prompts.length])).to.deep.equal([
      [['a', 'b'], 256],
      [['a', 'b'], 44],
    ])
    const { overall, sources } = report ?? { overall: undefined, sources: [] }
    expect([overall?.prompts, overall?.answers]).to.deep.equal([300, 400])
    expect(sources).to.deep.equal([])
    const [model, mean] = overall?.systems ?? []
    // Those of a are right, those of b ten times and more too long.
    expect(model?.metrics.coverage?.value).to.equal(0.75)
    expect(model?.metrics.medianError?.value).to.equal(0)
    expect(mean?.name).to.equal('LLM mean')
    expect(mean?.metrics).to.have.all.keys('r2', 'medianError')

    const systems = [{ type: 'predictor', name: 'm', predictions: new Float64Array(900).fill(0.5) }] as const
    const evaluation = evaluate(outcomes, systems, { seed: 1, resamples: 20 })
    const lines = tablesOf({ ...evaluation, ...(report && { lengths: report }) })
    expect(lines.slice(-4)).to.have.length(4)
    expect(lines.at(-4)).to.equal('lengths of 400 answers to 300 prompts')
    expect(lines.at(-2)).to.match(/^m +-?[\d.]+ ±[\d.]+ +0\.000 ±0\.000 +0\.750 ±/)
    expect(lines.at(-1)).to.match(/^LLM mean .* – +–$/)
  })

  it('says nothing of a model without lengths, or without counted answers', async () => {
    const without = { ...card }
    delete without.lengths
    expect(await evaluateLengths(selection, { ...request, card: without }, terminal)).to.equal(undefined)
    const { outcomes: uncounted } = judged([{ prompt: 'p', scores: { a: 1 } }])
    expect(await evaluateLengths(selection, { ...request, outcomes: uncounted }, terminal)).to.equal(
      undefined,
    )
  })
})
