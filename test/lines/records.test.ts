import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'

import { expect } from 'chai'

import { openRows } from '../../src/lines/records.js'
import { rejection } from '../rejection.js'

describe('fault 21: the one reader of files of rows', () => {
  let folder: string
  beforeEach(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'llimit-rows-'))))
  afterEach(() => rm(folder, { recursive: true }))

  const read = async (name: string, content: string | Buffer) => {
    const file = path.join(folder, name)
    await writeFile(file, content)
    const { format = 'text', rows } = openRows(file)
    const found = []
    for await (const row of rows(format)) found.push(row)
    return found
  }
  const values = async (name: string, content: string | Buffer) =>
    (await read(name, content)).map(({ value }) => value)
  const utf16 = (text: string, isBigEndian = false) => {
    const bytes = Buffer.from(`\ufeff${text}`, 'utf16le')
    return isBigEndian ? bytes.swap16() : bytes
  }

  const JSONL = '{"prompt":"caf\u00e9"}\n{"prompt":"b"}\n'
  const ROWS = [{ prompt: 'caf\u00e9' }, { prompt: 'b' }]
  for (const [name, content] of [
    ['a.jsonl', JSONL],
    ['a.JSONL', JSONL],
    ['a.ndjson', JSONL],
    ['a.json', JSONL],
    ['a.jsonl', `\ufeff${JSONL}`],
    ['a.jsonl', JSONL.replaceAll('\n', '\r\n')],
    ['a.jsonl', utf16(JSONL)],
    ['a.jsonl', utf16(JSONL, true)],
    ['a.jsonl.gz', gzipSync(JSONL)],
    ['A.JSONL.GZ', gzipSync(JSONL)],
    ['compressed.jsonl', gzipSync(JSONL)],
    ['a.json', JSON.stringify(ROWS)],
    ['a.json', JSON.stringify(ROWS, undefined, 2)],
    ['a.jsonl', `\n${JSON.stringify(ROWS, undefined, 2)}\n`],
    ['a.csv', 'prompt\r\ncaf\u00e9\r\n"b"\r\n'],
    ['a.CSV.gz', gzipSync('prompt\ncaf\u00e9\nb\n')],
    ['a.csv', utf16('prompt\r\ncaf\u00e9\r\nb\r\n')],
    ['a.csv', 'prompt\r\ncaf\u00e9\nb\n'],
    ['a.csv', 'prompt\ncaf\u00e9\r\nb\r\n'],
    ['a.csv', 'prompt\rcaf\u00e9\rb\r'],
    ['a.csv', 'sep=;\r\nprompt\r\ncaf\u00e9\r\nb\r\n'],
    ['a.tab', '\n\r\nprompt\ncaf\u00e9\nb\n'],
    ['a.jsonlines', JSONL],
    ['a.jl', JSONL],
  ] as const) {
    it(`reads ${JSON.stringify(name)}, ${JSON.stringify(content.toString('latin1').slice(0, 24))}`, async () => {
      expect(await values(name, content)).to.deep.equal(ROWS)
    })
  }

  it('reads commas, semicolons and tabs, each where the header has most of them', async () => {
    for (const [name, delimiter] of [
      ['a.csv', ','],
      ['a.csv', ';'],
      ['a.tsv', '\t'],
      ['a.csv', '\t'],
    ] as const) {
      const text = `id${delimiter} "prompt, or;both" ${delimiter}x\n1${delimiter}"a, b; c"${delimiter}\n`
        .replaceAll(' "', '"')
        .replaceAll('" ', '"')
      expect(await values(name, text)).to.deep.equal([{ id: '1', 'prompt, or;both': 'a, b; c', x: '' }])
    }
  })

  it('takes what separates fields from the line of Excel before the header, and counts that line', async () => {
    const rows = await read('a.csv', 'sep=;\r\na, b, c;x\r\n"1";2\r\n')
    expect(rows).to.have.length(1)
    expect(rows[0]?.value).to.deep.equal({ 'a, b, c': '1', x: '2' })
    expect(rows[0]?.where).to.match(/record that ends in line 3$/)
  })

  it('says where each row is', async () => {
    expect((await read('a.jsonl', '\n3\n')).map(({ where }) => path.basename(where))).to.deep.equal([
      'a.jsonl, line 2',
    ])
    expect((await read('a.json', '[1,\n2]')).map(({ where }) => path.basename(where))).to.deep.equal([
      'a.json, element 1',
      'a.json, element 2',
    ])
    expect((await read('a.csv', 'x\n"1\n2"\n')).map(({ where }) => path.basename(where))).to.deep.equal([
      'a.csv, record that ends in line 3',
    ])
  })

  it('knows the format by the last part of the name, and says when it says nothing', () => {
    const formatOf = (name: string) => openRows(path.join(folder, name)).format
    for (const [name, format] of [
      ['a.b.Csv', 'csv'],
      ['a.TXT.gz', 'text'],
      ['a', undefined],
      ['a.md', undefined],
      ['jsonl', undefined],
    ] as const) {
      const opened = formatOf(name)
      expect(opened, name).to.equal(format)
    }
  })

  for (const [title, name, content, message] of [
    [
      'Latin-1',
      'a.txt',
      Buffer.from('ok\ncaf\u00e9', 'latin1'),
      /a\.txt, line 2: expected UTF-8, got other bytes/,
    ],
    [
      'UTF-16 without its mark',
      'a.txt',
      Buffer.from('ab\ncd', 'utf16le'),
      /a\.txt, line 1: expected text, got a byte 0, as UTF-16 has; save the file as UTF-8/,
    ],
    [
      'UTF-16 that was cut off',
      'a.txt',
      utf16('ab\ncd').subarray(0, -1),
      /a\.txt, line 2 or after it: expected UTF-16/,
    ],
    [
      'a workbook',
      'a.csv',
      Buffer.from('PK\u0003\u0004rest'),
      /expected text, or text compressed with gzip, got a zip archive, which a workbook of Excel is too/,
    ],
    [
      'lines that end in carriage returns alone',
      'a.txt',
      'one\rtwo\r',
      /a\.txt, line 1: expected lines that end in line feeds, got a carriage return within/,
    ],
    ['a 7z archive', 'a.csv', Buffer.from('377abcaf271c0004', 'hex'), /got a 7z archive; unpack it/],
    ['Parquet', 'a.jsonl', Buffer.from('PAR1....'), /got Parquet/],
    [
      'a column twice',
      'a.csv',
      'a,b,a\n1,2,3\n',
      /line 1: expected columns of different names, got "a" twice/,
    ],
    ['a JSON array that is cut off', 'a.json', '[\n{"prompt":"a"},\n', /line 1: expected JSON, got "\["/],
    ['JSON that is none', 'a.jsonl', '{"a":1}\nnot\n', /line 2: expected JSON, got "not"/],
  ] as const) {
    it(`refuses ${title}`, async () => {
      const error = await rejection(read(name, content))
      expect(error).to.include({ code: 'INVALID_FILE' })
      expect(String(error)).to.match(message)
    })
  }
})
