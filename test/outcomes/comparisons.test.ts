import { expect } from 'chai'
import fc from 'fast-check'

import { at } from '../../src/numeric/at.js'
import { readJudgedData } from '../../src/outcomes/readJudgedData.js'
import { rejection } from '../rejection.js'
import { DataFiles } from './dataFiles.js'

const files = new DataFiles()

/** [prompt, a, b, preference], row by row. */
async function read(...paths: string[]) {
  const { outcomes, comparisons } = await readJudgedData(paths)
  const { prompt, a, b, preference } = comparisons
  return Array.from(preference, (value, i) => [
    at(outcomes.prompts, at(prompt, i)).text,
    at(outcomes.llms, at(a, i)),
    at(outcomes.llms, at(b, i)),
    value,
  ])
}

const csvCell = (text: string) => `"${text.replaceAll('"', '""')}"`

describe('readJudgedData of comparisons', () => {
  beforeEach(() => files.open())
  afterEach(() => files.close())

  it('knows every verdict of the arena', async () => {
    const winners = ['model_a', 'model_b', 'tie', 'tie (bothbad)', 'both_bad']
    const rows = winners.map((winner, p) => ({ prompt: `p${p}`, model_a: 'y', model_b: 'x', winner }))
    expect(await read(await files.writeRows('a.jsonl', rows))).to.deep.equal([
      ['p0', 'y', 'x', 1],
      ['p1', 'y', 'x', 0],
      ['p2', 'y', 'x', 0.5],
      ['p3', 'y', 'x', 0.5],
      ['p4', 'y', 'x', 0.5],
    ])
  })

  it('reads the columns winner_model_a, winner_model_b and winner_tie, in CSV and JSON', async () => {
    const csv = `id,model_a,model_b,prompt,winner_model_a,winner_model_b,winner_tie
1,x,y,"[""first, with a comma"",
""second""]",0,1,0
2,x,y,plain,0,0,1
`
    const row = { prompt: ['turn', 'next'], model_a: 'y', model_b: 'x' }
    const json = { ...row, winner_model_a: 1, winner_model_b: 0, winner_tie: 0 }
    const paths = [await files.write('a.csv.gz', csv), await files.writeRows('b.jsonl', [json])]
    expect(await read(...paths)).to.deep.equal([
      ['first, with a comma', 'x', 'y', 0],
      ['plain', 'x', 'y', 0.5],
      ['turn', 'y', 'x', 1],
    ])
  })

  it('takes text that only looks like a list as it is', async () => {
    const texts = ['[1, 2] is a list', '[1, 2]', '[]', '[broken']
    const rows = texts.map((prompt) => ({ prompt, model_a: 'x', model_b: 'y', winner: 'tie' }))
    expect((await read(await files.writeRows('a.jsonl', rows))).map(([text]) => text)).to.deep.equal(texts)
  })

  it('shares prompts and LLMs with outcome rows', async () => {
    const file = await files.writeRows('a.jsonl', [
      { prompt: 'p', scores: { m: 1 } },
      { prompt: 'p', model_a: 'z', model_b: 'm', winner: 'model_a' },
    ])
    const { outcomes, comparisons } = await readJudgedData([file])
    expect(outcomes.llms).to.deep.equal(['m', 'z'])
    expect(outcomes.prompts).to.have.length(1)
    expect([...comparisons.a, ...comparisons.b]).to.deep.equal([1, 0])
  })

  it('reads any prompt from CSV as it was written', async () => {
    const text = fc.string({ unit: 'binary' })
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 6 }), async (texts) => {
        const lines = texts.map((value) => `x,${csvCell(JSON.stringify([value]))},y,model_b`)
        const file = await files.write('p.csv', ['model_a,prompt,model_b,winner', ...lines, ''].join('\r\n'))
        expect(await read(file)).to.deep.equal(texts.map((value) => [value, 'x', 'y', 0]))
      }),
      { numRuns: 50 },
    )
  })

  const rejections = {
    'another winner': [
      '{"prompt":"p","model_a":"x","model_b":"y","winner":"z"}',
      /line 1: winner: expected one of model_a, .*, got "z"/,
    ],
    'two winners': [
      '{"prompt":"p","model_a":"x","model_b":"y","winner_model_a":1,"winner_model_b":1,"winner_tie":0}',
      /line 1: winner_model_a: expected exactly one of winner_model_a, winner_model_b, winner_tie to be 1, got 2$/,
    ],
    'an LLM against itself': [
      '{"prompt":"p","model_a":"x","model_b":"x","winner":"tie"}',
      /model_b: expected another LLM than model_a, got "x"$/,
    ],
    'a first turn that is null': [
      '{"prompt":"[null,\\"x\\"]","model_a":"x","model_b":"y","winner":"tie"}',
      /prompt: expected a string as first turn, got null$/,
    ],
    'a row without a winner': [
      '{"prompt":"p","model_a":"x","model_b":"y"}',
      /winner: expected one of .*, got nothing$/,
    ],
  } as const
  for (const [what, [row, message]] of Object.entries(rejections)) {
    it(`rejects ${what}`, async () => {
      const error = await rejection(read(await files.write('a.jsonl', row)))
      expect(String(error)).to.match(message)
    })
  }

  it('rejects a CSV row of another width, and names the line of a wrong one', async () => {
    const header = 'prompt,model_a,model_b,winner\n'
    const narrow = await files.write('a.csv', `${header}p,x,y\n`)
    expect(String(await rejection(read(narrow)))).to.match(
      /a\.csv, record that ends in line 2: expected the 4 fields of the header, got 3: \["p","x","y"\]$/,
    )
    const open = await files.write('c.csv', `${header}p,x,y,tie\np,x,y,"tie\n`)
    expect(String(await rejection(read(open)))).to.match(
      /c\.csv, record that ends in line \d: expected CSV, but .*quote/i,
    )
    const wrong = await files.write('b.csv', `${header}p,x,y,tie\np,x,y,nobody\n`)
    expect(String(await rejection(read(wrong)))).to.match(/b\.csv, record that ends in line 3: winner: /)
  })
})
