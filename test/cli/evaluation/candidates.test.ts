import { expect } from 'chai'

import { fromFiles, fromModel, ofKnownLlms } from '../../../src/cli/evaluation/candidates.js'
import { isPredicting } from '../../../src/evaluate/system.js'
import { Terminal } from '../../../src/cli/commandLine/terminal.js'
import type { System } from '../../../src/evaluate/system.js'
import type { InferRequest } from '../../../src/selection/requests.js'
import type { SelectionService } from '../../../src/selection/service.js'
import { Kept } from '../commandLine/streams.js'
import { DataFiles } from '../../outcomes/dataFiles.js'
import { judged } from '../../outcomes/judged.js'
import { thrownBy, rejection } from '../../rejection.js'

const { outcomes } = judged([
  { prompt: 'x', scores: { a: 1, b: 0 } },
  { prompt: 'y', scores: { a: 1, b: 0, c: 0.5 } },
])

function numbersOf(system: System): number[] {
  return isPredicting(system) ? Array.from(system.predictions) : []
}

describe('candidates of an evaluation', () => {
  const files = new DataFiles()
  beforeEach(() => files.open())
  afterEach(() => files.close())

  it('leave out LLMs that the model does not know, and say which', () => {
    const known = ofKnownLlms(outcomes, 'dense_network/m', ['b', 'a', 'more'])
    expect([...known.outcomes.llm]).to.deep.equal([0, 1, 0, 1])
    expect(known.remarks).to.deep.equal([
      'excluded: 1 outcomes of 1 LLMs that dense_network/m does not know: c',
    ])
    expect(ofKnownLlms(outcomes, 'm', ['a', 'b', 'c']).remarks).to.deep.equal([])
    expect(thrownBy(() => ofKnownLlms(outcomes, 'm', ['z'])).message).to.match(/knows none of the 3 LLMs/)
  })

  it('are measured on the outcomes that all files predict', async () => {
    const first = await files.writeRows('first.jsonl', [
      { prompt: 'x', scores: { a: 0.1, b: 0.2 } },
      { prompt: 'y', scores: { a: 0.3, b: 0.4 } },
    ])
    const second = await files.writeRows('second.jsonl.gz', [
      { prompt: 'x', scores: { a: 0.5, b: 0.6, c: 1 } },
    ])
    const { outcomes: both, systems, remarks } = await fromFiles(outcomes, [first, second])
    expect(both.prompts.map(({ text }) => text)).to.deep.equal(['x'])
    expect(systems.map((system) => [system.name, numbersOf(system)])).to.deep.equal([
      ['first', [0.1, 0.2]],
      ['second', [0.5, 0.6]],
    ])
    expect(remarks).to.deep.equal([
      'excluded: 1 outcomes that first does not predict, of c',
      'excluded: 3 outcomes that second does not predict, of a, b, c',
    ])
    const none = await files.writeRows('none.jsonl', [])
    expect(String(await rejection(fromFiles(outcomes, [none])))).to.match(/no outcome is predicted/)
  })

  it('read a margin as a probability and say so; a probability is taken as it is', async () => {
    const serving = (output: 'margin' | 'probability') =>
      ({
        describeModel: () => Promise.resolve({ card: { output, llms: ['c', 'a', 'b'] } }),
        infer: ({ llms, prompts }: InferRequest) =>
          Promise.resolve({
            scores: new Map(llms.map((llm, m) => [llm, Float32Array.from(prompts, () => m / 2)])),
          }),
      }) as unknown as SelectionService
    const { signal } = new AbortController()
    const streams = { stdout: new Kept(), stderr: new Kept() }
    const terminal = new Terminal({ ...streams, json: false, quiet: true, signal })
    const { system: plain, choices } = await fromModel(serving('probability'), 'm', outcomes, terminal)
    expect(numbersOf(plain)).to.deep.equal([0.5, 1, 0.5, 1, 0])
    expect(plain.note).to.equal(undefined)
    // c, a and b have the scores 0, 0.5 and 1.
    expect(choices).to.deep.equal(['b', 'b'])
    const { system: margin } = await fromModel(serving('margin'), 'm', outcomes, terminal)
    expect(numbersOf(margin)).to.deep.equal([0.75, 1, 0.75, 1, 0.5])
    expect(margin.note).to.match(/no probabilities/)
  })
})
