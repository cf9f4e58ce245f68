import { expect } from 'chai'

import { predictWith, readPredictions } from '../../src/evaluate/predictions.js'
import { DataFiles } from '../outcomes/dataFiles.js'
import { judged } from '../outcomes/judged.js'
import { rejection } from '../rejection.js'

describe('predictWith', () => {
  it('asks for every prompt once, for all LLMs, and puts each answer beside its outcome', async () => {
    const rows = Array.from({ length: 600 }, (_, p) => ({
      prompt: `p${p}`,
      scores: p % 3 === 0 ? { a: 1 } : { a: 0, b: 1 },
    }))
    const { outcomes } = judged(rows)
    const calls: number[] = []
    const progress: number[] = []
    const score = (llms: readonly string[], prompts: readonly string[]) => {
      calls.push(prompts.length)
      const offset = { a: 0, b: 1, more: 1.5 }
      const of = (llm: string) =>
        Float32Array.from(prompts, (text) => 2 * Number(text.slice(1)) + offset[llm as keyof typeof offset])
      return Promise.resolve(new Map(llms.map((llm) => [llm, of(llm)])))
    }
    const { predictions, choices } = await predictWith(score, outcomes, ['a', 'more', 'b'], (done) =>
      progress.push(done),
    )
    expect([...predictions]).to.deep.equal(
      [...outcomes.prompt].map((p, i) => 2 * p + (outcomes.llm[i] ?? NaN)),
    )
    expect(choices).to.deep.equal(Array<string>(600).fill('more'))
    expect(calls).to.deep.equal([256, 256, 88])
    expect(progress).to.deep.equal([256, 512, 600])
  })
})

describe('readPredictions', () => {
  const files = new DataFiles()
  beforeEach(() => files.open())
  afterEach(() => files.close())
  const { outcomes } = judged([
    { prompt: 'x', scores: { a: 1, b: 0 } },
    { prompt: 'y', scores: { a: 1 } },
  ])

  it('puts predictions beside outcomes, none where there is none, and skips the rest', async () => {
    const file = await files.writeRows('p.jsonl.gz', [
      { prompt: 'x', scores: { b: 0.25, other: 1 } },
      { prompt: 'unknown', scores: { a: 1 } },
      { prompt: 'y', scores: { a: 0.75 }, more: true },
    ])
    expect([...(await readPredictions(file, outcomes))]).to.deep.equal([NaN, 0.25, 0.75])
  })

  it('rejects what is not a probability, naming file, line and LLM', async () => {
    const file = await files.writeRows('p.jsonl', [
      { prompt: 'q', scores: {} },
      { prompt: 'x', scores: { a: -2 } },
    ])
    expect(String(await rejection(readPredictions(file, outcomes)))).to.match(
      /p\.jsonl, line 2: scores\.a: expected a probability from 0 to 1, got -2$/,
    )
    const bare = await files.writeRows('b.jsonl', [{ prompt: 'x' }])
    expect(String(await rejection(readPredictions(bare, outcomes)))).to.match(
      /b\.jsonl, line 1: scores: .*, got nothing$/,
    )
    const broken = await files.write('q.jsonl', '{')
    expect(String(await rejection(readPredictions(broken, outcomes)))).to.match(
      /q\.jsonl, line 1: expected JSON, got /,
    )
    const missing = readPredictions(`${files.folder}/none.jsonl`, outcomes)
    expect(String(await rejection(missing))).to.match(/none\.jsonl cannot be read/)
  })
})
