import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'

import { expect } from 'chai'

import { readPrompts } from '../../src/offline/prompts.js'
import { rejection } from '../rejection.js'

describe('fault 21: readPrompts', () => {
  let folder: string
  beforeEach(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'llimit-prompts-'))))
  afterEach(() => rm(folder, { recursive: true }))

  const read = async (name: string, content: string | Buffer) => {
    const file = path.join(folder, name)
    await writeFile(file, content)
    const found = []
    for await (const prompt of readPrompts(file)) found.push(prompt)
    return found
  }
  const plain = (...prompts: string[]) => prompts.map((prompt) => ({ prompt, id: undefined }))

  it('reads a prompt a line, whatever it holds', async () => {
    expect(await read('a.txt', '\ufeffone, two\r\n\n {"a": 1} \n')).to.deep.equal(
      plain('one, two', ' {"a": 1} '),
    )
    expect(await read('a.txt.gz', gzipSync('one\n'))).to.deep.equal(plain('one'))
    expect(await read('prompts', 'one\n')).to.deep.equal(plain('one'))
  })

  it('reads a prompt a record of CSV, the header left out, and keeps ids', async () => {
    const csv = 'ID;Prompt;Note\n7;"first; and\nsecond";x\nq-8;third;\n'
    expect(await read('a.csv', csv)).to.deep.equal([
      { prompt: 'first; and\nsecond', id: '7' },
      { prompt: 'third', id: 'q-8' },
    ])
  })

  it('reads JSON in every form, and keeps ids', async () => {
    const rows = [{ id: 7, prompt: 'a' }, 'b', { id: null, prompt: 'c' }]
    const expected = [{ prompt: 'a', id: 7 }, ...plain('b', 'c')]
    expect(await read('a.JSON', JSON.stringify(rows, undefined, 1))).to.deep.equal(expected)
    expect(await read('a.ndjson', rows.map((row) => JSON.stringify(row)).join('\n'))).to.deep.equal(expected)
  })

  it('refuses a table and JSON of several lines in a file of plain text', async () => {
    for (const content of ['prompt,id\na,1\n', 'ID;"Prompt"\n1;a\n', 'Prompt\na\n'])
      expect(String(await rejection(read('a.dat', content)))).to.match(
        /line 1: expected a prompt a line, got the header ".*" of a table; call a file of CSV \.csv$/,
      )
    for (const content of ['[\n{"prompt":"a"}\n]', '[{\n"prompt":"a"}]', '{\n"prompt":"a"\n}'])
      expect(String(await rejection(read('a.txt', content)))).to.match(
        /got the beginning of JSON; call a file/,
      )
    for (const content of ['[{"prompt":"a"}]', '{"messages":[]}'])
      expect(String(await rejection(read('a', content)))).to.match(
        /got an (array|object) of JSON; call a file/,
      )
    expect(await read('a.txt', 'prompt, write a poem\n[1, 2]\n')).to.deep.equal(
      plain('prompt, write a poem', '[1, 2]'),
    )
  })

  it('refuses an id that has lost digits, and a column that is there twice', async () => {
    expect(String(await rejection(read('a.jsonl', '{"prompt":"a","id":12345678901234567890}\n')))).to.match(
      /line 1: id: expected an id up to 9007199254740991, or one in quotes, got 12345678901234567000$/,
    )
    expect(String(await rejection(read('a.jsonl', '{"prompt":"a","id":true}\n')))).to.match(
      /line 1: id: expected a string or a number, got true$/,
    )
    expect(String(await rejection(read('a.csv', 'prompt,Prompt\na,b\n')))).to.match(
      /line 2: expected one column "prompt", got two$/,
    )
  })

  it('refuses what would be scored as something else than it means', async () => {
    for (const name of ['a.txt', 'a', 'a.dat']) {
      expect(String(await rejection(read(name, '{"prompt":"What is Python?"}\n')))).to.match(
        /line 1: expected a prompt a line, got an object of JSON; call a file of JSON lines \.jsonl$/,
      )
    }
    expect(String(await rejection(read('a.csv', 'text,id\nhello,1\n')))).to.match(
      /record that ends in line 2: expected a column "prompt", got the columns text, id$/,
    )
    expect(String(await rejection(read('a.jsonl', '{"prompt":3}\n')))).to.match(
      /line 1: the row: expected a string or an object with a "prompt" string/,
    )
    expect(String(await rejection(read('a.txt', Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x0a]))))).to.match(
      /line 1: expected UTF-8/,
    )
  })
})
