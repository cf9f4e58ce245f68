import { createHash } from 'node:crypto'
import { readFile, truncate } from 'node:fs/promises'

import { expect } from 'chai'
import fc from 'fast-check'

import { LLimitError } from '../../src/errors.js'
import { isCounted, llmOf, promptOf } from '../../src/outcomes/outcomes.js'
import type { Outcomes } from '../../src/outcomes/outcomes.js'
import { readJudgedData } from '../../src/outcomes/readJudgedData.js'
import { rejection } from '../rejection.js'
import { DataFiles } from './dataFiles.js'

const files = new DataFiles()

/** [prompt, LLM, score], in the order of the arrays. */
function triples(outcomes: Outcomes) {
  return Array.from(outcomes.score, (value, i) => [promptOf(outcomes, i).text, llmOf(outcomes, i), value])
}

async function rejectedFile(content: string | Buffer, name = 'a.jsonl'): Promise<string> {
  const error = await rejection(readJudgedData([await files.write(name, content)]))
  if (!(error instanceof LLimitError)) throw error
  expect(error.code).to.equal('INVALID_FILE')
  return error.message
}

describe('readJudgedData', () => {
  beforeEach(() => files.open())
  afterEach(() => files.close())

  it('sorts by prompt in order of appearance, then by LLM', async () => {
    const file = await files.writeRows('a.jsonl', [
      { prompt: 'z', scores: { b: 0.25, a: 1 }, tokens: { b: 3 }, source: 's', category: 'c', split: 'dev' },
      { prompt: 'a', scores: { c: 0.5, a: 0 } },
    ])
    const { outcomes } = await readJudgedData([file])
    expect(triples(outcomes)).to.deep.equal([
      ['z', 'a', 1],
      ['z', 'b', 0.25],
      ['a', 'a', 0],
      ['a', 'c', 0.5],
    ])
    expect(outcomes.llms).to.deep.equal(['a', 'b', 'c'])
    expect(outcomes.prompts).to.deep.equal([
      { text: 'z', source: 's', category: 'c', split: 'dev' },
      { text: 'a', source: '', category: '', split: '' },
    ])
  })

  it('reads how long answers are: the mean of what is given, unknown where nothing is', async () => {
    const file = await files.writeRows('a.jsonl', [
      { prompt: 'p', scores: { a: 1, b: 0, c: 0 }, tokens: { b: 30, c: 0 } },
      { prompt: 'p', scores: { a: 1, b: 1 }, tokens: { b: 60 } },
      { prompt: 'p', scores: { b: 1 } },
      { prompt: 'q', scores: { a: 1 }, tokens: { other: 7 } },
    ])
    const { outcomes } = await readJudgedData([file])
    expect(outcomes.tokens).to.deep.equal(Float32Array.of(NaN, 45, 0, NaN))
    expect(Array.from(outcomes.tokens ?? [], isCounted)).to.deep.equal([false, true, true, false])
    const bare = await files.writeRows('b.jsonl', [{ prompt: 'p', scores: { a: 1 } }])
    expect((await readJudgedData([bare])).outcomes).to.not.have.property('tokens')
    const negative = JSON.stringify({ prompt: 'p', scores: { a: 1 }, tokens: { a: -1 } })
    expect(await rejectedFile(negative)).to.match(
      /a\.jsonl, line 1: tokens\.a: expected a number of tokens, 0 or more, got -1$/,
    )
  })

  it('rejects what is not UTF-8, with its line, and takes the replacement character itself', async () => {
    const row = JSON.stringify({ prompt: 'caf\u00e9 \ufffd', scores: { a: 1 } }) + '\n'
    const latin = Buffer.from(JSON.stringify({ prompt: 'caf\u00e9', scores: { a: 1 } }), 'latin1')
    const content = Buffer.concat([Buffer.from(row.repeat(2)), latin])
    for (const name of ['a.jsonl', 'a.jsonl.gz']) {
      expect(await rejectedFile(content, name)).to.match(
        new RegExp(`${name}, line 3: expected UTF-8, got other bytes; save the file as UTF-8$`),
      )
    }
    const table = 'prompt,model_a,model_b,winner\ncaf\u00e9,x,y,model_a\n'
    expect(await rejectedFile(Buffer.from(table, 'latin1'), 'a.csv')).to.match(
      /a\.csv, line 2: expected UTF-8, got other bytes; save the file as UTF-8$/,
    )
    const { outcomes } = await readJudgedData([await files.write('b.jsonl', row)])
    expect(outcomes.prompts[0]?.text).to.equal('caf\u00e9 \ufffd')
  })

  it('rejects files without a row', async () => {
    expect(await rejectedFile('')).to.match(/a\.jsonl: expected an outcome or a comparison, got none$/)
    expect(await rejectedFile('prompt,model_a,model_b,winner\n', 'a.csv')).to.match(
      /a\.csv: expected an outcome or a comparison, got none$/,
    )
  })

  it('merges prompts of the same text and averages outcomes that are given twice, over all files', async () => {
    const first = await files.writeRows('a.jsonl', [
      { prompt: 'p', scores: { a: 1, b: 1 }, split: 'train' },
      { prompt: 'p', scores: { a: 0 }, category: 'code' },
    ])
    const second = await files.writeRows('b.jsonl.gz', [{ prompt: 'p', scores: { a: 0.5 }, split: 'dev' }])
    const { outcomes, cleaning } = await readJudgedData([first, second])
    expect(triples(outcomes)).to.deep.equal([
      ['p', 'a', 0.5],
      ['p', 'b', 1],
    ])
    expect(outcomes.prompts).to.deep.equal([{ text: 'p', source: '', category: 'code', split: 'train' }])
    expect(cleaning).to.deep.equal({
      repeatedRows: 2,
      averagedOutcomes: 2,
      changedSplits: 1,
      clippedScores: 0,
    })
  })

  it('names each file without its folder, with the checksum of its bytes', async () => {
    const paths = [
      await files.writeRows('a.jsonl.gz', [{ prompt: 'p', scores: {} }]),
      await files.write('b.jsonl', ''),
    ]
    const { files: read } = await readJudgedData(paths)
    const expected = await Promise.all(
      paths.map(async (file) =>
        createHash('sha256')
          .update(await readFile(file))
          .digest('hex'),
      ),
    )
    expect(read).to.deep.equal([
      { name: 'a.jsonl.gz', sha256: expected[0] },
      { name: 'b.jsonl', sha256: expected[1] },
    ])
  })

  it('clips what lies a little outside [0, 1] and counts it', async () => {
    const file = await files.writeRows('a.jsonl', [{ prompt: 'p', scores: { a: -0.033, b: 1.01, c: 0 } }])
    const { outcomes, cleaning } = await readJudgedData([file])
    expect([...outcomes.score]).to.deep.equal([0, 1, 0])
    expect(cleaning.clippedScores).to.equal(2)
  })

  it('takes a byte order mark, CRLF, blank lines, U+2028 in a prompt and a last line without its end', async () => {
    const row = (prompt: string) => `{"prompt":"${prompt}","scores":{"a":1}}`
    const file = await files.write('a.jsonl', `\ufeff${row('x')}\r\n\n  \n${row('y\u2028z')}`)
    const { outcomes } = await readJudgedData([file])
    expect(outcomes.prompts.map(({ text }) => text)).to.deep.equal(['x', 'y\u2028z'])
  })

  it('gives back any outcomes that are written, in any order', async () => {
    const name = fc.string({ minLength: 1 }).filter((key) => key !== '__proto__')
    const rows = fc.uniqueArray(
      fc.record({
        prompt: fc.string({ unit: 'binary' }),
        scores: fc.dictionary(name, fc.constantFrom(0, 0.5, 1)),
      }),
      { selector: ({ prompt }) => prompt, minLength: 1, maxLength: 8 },
    )
    await fc.assert(
      fc.asyncProperty(rows, async (written) => {
        const { outcomes } = await readJudgedData([await files.writeRows('p.jsonl', written)])
        const expected = written.flatMap(({ prompt, scores }) =>
          Object.keys(scores)
            .sort()
            .map((llm) => [prompt, llm, scores[llm]]),
        )
        expect(triples(outcomes)).to.deep.equal(expected)
      }),
      { numRuns: 50 },
    )
  })
})

describe('readJudgedData rejects', () => {
  beforeEach(() => files.open())
  afterEach(() => files.close())

  const fine = '{"prompt":"p","scores":{"a":1}}\n'

  it('a line that is not JSON, naming it', async () => {
    expect(await rejectedFile(`${fine}\n{"prompt":`)).to.match(
      /a\.jsonl, line 3: expected JSON, got "\{\\"prompt\\":"$/,
    )
  })

  it('a score beyond the range, naming LLM and value', async () => {
    const message = await rejectedFile(`${fine}{"prompt":"p","scores":{"gpt":85}}`)
    expect(message).to.match(/a\.jsonl, line 2: scores\.gpt: expected a score from 0 to 1, got 85$/)
  })

  it('an LLM whose name is not an ordinary property, rather than losing its score', async () => {
    expect(await rejectedFile(`${fine}{"prompt":"p","scores":{"a":1,"__proto__":0}}`)).to.match(
      /a\.jsonl, line 2: scores: expected any name of an LLM but "__proto__", got an object$/,
    )
    const comparison = '{"prompt":"p","model_a":"__proto__","model_b":"b","winner":"tie"}'
    expect(await rejectedFile(comparison)).to.match(
      /model_a: expected any name of an LLM but "__proto__", got "__proto__"/,
    )
    const file = await files.write('b.jsonl', '{"prompt":"p","scores":{"constructor":1}}')
    expect((await readJudgedData([file])).outcomes.llms).to.deep.equal(['constructor'])
  })

  it('a row without scores', async () => {
    expect(await rejectedFile('{"prompt":"p"}')).to.match(
      /line 1: expected one of the forms \{"prompt", "scores".*, got the fields prompt$/,
    )
  })

  it('a row without a prompt, and one that is not an object', async () => {
    expect(await rejectedFile('{"scores":{}}')).to.match(/line 1: prompt: expected string, got nothing$/)
    expect(await rejectedFile('3')).to.match(/line 1: the row: expected object, got 3$/)
  })

  it('a file that is missing, and one that was cut off', async () => {
    expect(String(await rejection(readJudgedData([`${files.folder}/none.jsonl`])))).to.match(
      /cannot be read: ENOENT/,
    )
    const file = await files.writeRows('cut.jsonl.gz', [{ prompt: 'p', scores: { a: 1 } }])
    await truncate(file, 30)
    expect(String(await rejection(readJudgedData([file])))).to.match(/cut\.jsonl\.gz cannot be read: /)
  })
})
