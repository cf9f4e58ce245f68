import { gzipSync } from 'node:zlib'

import { expect } from 'chai'

import { at } from '../../src/numeric/at.js'
import { readJudgedData } from '../../src/outcomes/readJudgedData.js'
import { rejection } from '../rejection.js'
import { DataFiles } from './dataFiles.js'

const files = new DataFiles()

/** `prompt LLM score`, outcome by outcome, then `prompt a b preference`, comparison by comparison. */
async function read(name: string, content: string | Buffer) {
  const { outcomes, comparisons, cleaning } = await readJudgedData([await files.write(name, content)])
  const text = (p: number) => at(outcomes.prompts, p).text
  const llm = (m: number) => at(outcomes.llms, m)
  const scored = Array.from(
    outcomes.prompt,
    (p, i) => `${text(p)} ${llm(at(outcomes.llm, i))} ${at(outcomes.score, i)}`,
  )
  const compared = Array.from(
    comparisons.prompt,
    (p, i) =>
      `${text(p)} ${llm(at(comparisons.a, i))} ${llm(at(comparisons.b, i))} ${at(comparisons.preference, i)}`,
  )
  return { found: [...scored, ...compared], cleaning, prompts: outcomes.prompts }
}

describe('fault 22: outcomes as common tools write them', () => {
  beforeEach(() => files.open())
  afterEach(() => files.close())

  const OUTCOMES = ['a x 1', 'a y 0', 'b x 0.5']
  for (const [title, name, content] of [
    [
      'null for what is not there',
      'a.jsonl',
      '{"prompt":"a","scores":{"x":1,"y":0,"z":null},"source":null,"category":null,"split":null,"tokens":null}\n{"prompt":"b","scores":{"x":0.5}}',
    ],
    [
      'true and false',
      'a.jsonl',
      '{"prompt":"a","scores":{"x":true,"y":false}}\n{"prompt":"b","scores":{"x":"0.5"}}',
    ],
    ['a JSON array', 'a.json', '[{"prompt":"a","scores":{"x":1,"y":0}},\n{"prompt":"b","scores":{"x":0.5}}]'],
    ['a wide table', 'a.csv', 'Prompt,x,y\na,1.0,0\nb,0.5,\n'],
    ['a wide table with ids and semicolons', 'a.csv', 'id;prompt;Source;x;y\n1;a;s;True;False\n2;b;s;.5;\n'],
    [
      'a wide table with what tools number rows by',
      'a.csv',
      'Unnamed: 0,prompt,Sample_ID,x,y\n0,a,0,1,0\n1,b,1,0.5,\n',
    ],
    ['a long table with blanks', 'a.csv', 'prompt,llm,score\na, x ,1\na,y, 0\nb,x ,0.5\n'],
    ['a long table', 'a.csv', 'prompt,model,score\na,x,1\na,y,0.0\nb,x,5e-1\n'],
    [
      'a long table with other names',
      'a.tsv',
      'prompt\tLLM\tCorrect\na\tx\tTRUE\na\ty\tfalse\nb\tx\t0.5\nb\ty\t\n',
    ],
    [
      'long rows of JSON',
      'a.ndjson',
      '{"prompt":"a","llm":"x","score":1}\n{"prompt":"a","llm":"y","score":false}\n{"prompt":"b","llm":"x","score":0.5}',
    ],
    ['wide rows of JSON', 'a.JSONL', '{"prompt":"a","x":1,"y":0}\n{"prompt":"b","x":0.5,"y":null}'],
    ['compressed', 'a.csv.GZ', gzipSync('prompt,x,y\na,1,0\nb,0.5,\n')],
  ] as const) {
    it(`reads ${title}`, async () => {
      const { found, cleaning } = await read(name, content)
      expect(found).to.deep.equal(OUTCOMES)
      expect(cleaning).to.deep.include({ repeatedRows: 0, averagedOutcomes: 0 })
    })
  }

  it('knows what a null says of a prompt', async () => {
    const { prompts } = await read('a.jsonl', '{"prompt":"a","scores":{"x":1},"source":null,"category":"c"}')
    expect(prompts).to.deep.equal([{ text: 'a', source: '', category: 'c', split: '' }])
  })

  const row = (winner: string) => `prompt,model_a,model_b,winner\np,x,y,${winner}\n`
  for (const [winner, preference] of [
    ['A', 1],
    ['b', 0],
    ['Model_A', 1],
    ['x', 1],
    ['y', 0],
    ['Tie', 0.5],
    ['bothbad', 0.5],
  ] as const) {
    it(`takes ${winner} for the winner`, async () => {
      expect((await read('a.csv', row(winner))).found).to.deep.equal([`p x y ${preference}`])
    })
  }

  for (const flags of ['1.0,0.0,0.0', 'True,False,False', '1,0,0']) {
    it(`takes ${flags} for the columns of the winner`, async () => {
      const csv = `prompt,model_a,model_b,winner_model_a,winner_model_b,winner_tie\nhello,x,y,${flags}\n`
      expect((await read('a.csv', csv)).found).to.deep.equal(['hello x y 1'])
    })
  }

  it('leaves out blanks around names', async () => {
    const csv = 'prompt,model_a,model_b,winner\np,x ,y,x\n'
    expect((await read('a.csv', csv)).found).to.deep.equal(['p x y 1'])
  })

  it('prefers the name of an LLM to a word that it looks like', async () => {
    expect((await read('a.csv', 'prompt,model_a,model_b,winner\np,b,a,b\n')).found).to.deep.equal(['p b a 1'])
  })

  for (const [title, name, content, message] of [
    [
      'a table with a column that is no score',
      'a.csv',
      'prompt,x,answer\na,1,yes\n',
      /read as prompt and a column for each LLM: column "answer": expected a score from 0 to 1 or nothing, got "yes"; the forms are/,
    ],
    [
      'a score of nobody',
      'a.csv',
      'prompt,score\na,1\n',
      /expected one of the forms .*, got the fields prompt, score$/,
    ],
    [
      'a long table with a score that is none',
      'a.csv',
      'prompt,model,score\na,x,good\n',
      /line 2, read as prompt, model, score: score: expected a score from 0 to 1, got "good"/,
    ],
    [
      'a table without prompts',
      'a.csv',
      'question,x\na,1\n',
      /expected one of the forms .*, got the fields question, x$/,
    ],
    [
      'a length that no answer has',
      'a.jsonl',
      '{"prompt":"a","scores":{"x":1},"tokens":{"x":1e300}}',
      /tokens\.x: expected a number of tokens up to 1000000000, got 1e\+300$/,
    ],
    [
      'a comparison without a prompt',
      'a.jsonl',
      '{"model_a":"x","model_b":"y","winner":"tie"}',
      /prompt: expected a string or a list of turns, got nothing$/,
    ],
    ['plain text', 'a.txt', 'hello\n', /expected rows as JSON lines or CSV, got a file of plain text/],
    [
      'a winner that is null',
      'a.jsonl',
      '{"prompt":"p","model_a":"x","model_b":"y","winner":null}',
      /winner: expected one of model_a, .*, got null/,
    ],
  ] as const) {
    it(`refuses ${title}, and says what it was read as`, async () => {
      const error = await rejection(read(name, content))
      expect(error).to.include({ code: 'INVALID_FILE' })
      expect(String(error)).to.match(message)
    })
  }
})
