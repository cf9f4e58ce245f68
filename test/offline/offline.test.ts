import { execFileSync } from 'node:child_process'
import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { expect } from 'chai'

import { scoreFile } from '../../src/offline/scoreFile.js'
import type { InferRequest } from '../../src/selection/requests.js'
import { rejection } from '../rejection.js'

describe('scoreFile', () => {
  let folder: string
  let out: string
  /** Prompts that were computed, call by call. */
  let calls: string[][]
  let failAfter: number

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'llimit-offline-'))
    out = path.join(folder, 'scores.jsonl')
    calls = []
    failAfter = Infinity
  })
  afterEach(() => rm(folder, { recursive: true }))

  const service = {
    infer: ({ llms, prompts }: InferRequest) => {
      if (calls.length >= failAfter) return Promise.reject(new Error('stopped'))
      calls.push([...prompts])
      return Promise.resolve({
        scores: new Map(llms.map((llm, m) => [llm, Float32Array.from(prompts, (p) => p.length + m)])),
        resolved: new Map<string, string>(),
      })
    },
  }
  const run = async (content: string, change: { name?: string; llms?: string[]; model?: string } = {}) => {
    const { name = 'prompts.txt', llms = ['a', 'b'], model = 'dense_network/x' } = change
    const promptsFile = path.join(folder, name)
    await writeFile(promptsFile, content)
    const progress: [number, number][] = []
    const onProgress = (done: number, total: number) => void progress.push([done, total])
    const counts = await scoreFile(service, { model, llms, promptsFile, out, batchSize: 128, onProgress })
    return { ...counts, progress }
  }
  const lines = async () =>
    (await readFile(out, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line))
  const many = Array.from({ length: 150 }, (_, i) => `prompt ${i}`)

  it('writes a line per prompt of a text file and skips blank lines', async () => {
    expect(await run('one\r\n\n two \n')).to.deep.include({
      before: 0,
      now: 2,
      progress: [
        [0, 2],
        [2, 2],
      ],
    })
    expect(await lines()).to.deep.equal([
      { model: 'dense_network/x', prompt: 'one', scores: { a: 3, b: 4 } },
      { model: 'dense_network/x', prompt: ' two ', scores: { a: 5, b: 6 } },
    ])
  })

  it('refuses a file without prompts, and what cannot be read twice', async () => {
    expect(await rejection(run('\n\n'))).to.include({ code: 'INVALID_FILE' })
    const pipe = path.join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    const job = { model: 'm', llms: ['a'], promptsFile: pipe, out, batchSize: 1, onProgress: () => undefined }
    expect(String(await rejection(scoreFile(service, job)))).to.match(
      /pipe: expected a file, got a named pipe$/,
    )
    const device = { ...job, promptsFile: '/dev/null' }
    expect(String(await rejection(scoreFile(service, device)))).to.match(
      /expected a file, got a pipe or a device; prompts are read twice$/,
    )
    expect(calls).to.deep.equal([])
  })

  it('refuses an output that is no file', async () => {
    for (const [name, got] of [
      ['/dev/null', 'a pipe or a device'],
      [folder, 'a folder'],
    ] as const) {
      out = name
      expect(String(await rejection(run('one\n')))).to.contain(`${name}: expected a file, got ${got}`)
    }
  })

  it('reads JSON lines: strings and objects, with line separators inside', async () => {
    await run('"a\\nb"\n{"prompt": "c\u2028d", "id": 7}\n', { name: 'prompts.jsonl' })
    expect(calls).to.deep.equal([['a\nb', 'c\u2028d']])
  })

  it('names the line that it cannot read', async () => {
    const error = await rejection(run('"a"\n{"text": "b"}\n', { name: 'prompts.jsonl' }))
    expect(String(error)).to.match(
      /prompts\.jsonl, line 2: the row: expected a string or an object with a "prompt" string, got an object/,
    )
  })

  it('goes on where a run was stopped, even in the middle of a line', async () => {
    failAfter = 2
    await rejection(run(many.join('\n')))
    const whole = (await readFile(out, 'utf8')).length
    await truncate(out, whole - 5)
    failAfter = Infinity
    calls = []
    expect(await run(many.join('\n'))).to.include({ before: 127, now: 23 })
    expect(calls.flat()[0]).to.equal('prompt 127')
    expect((await lines()).map((line) => (line as { prompt: string }).prompt)).to.deep.equal(many)
  })

  it('goes on where a run was stopped in the middle of a character', async () => {
    await run('one\nto eat: \u{1f955}')
    const whole = await readFile(out)
    await truncate(out, whole.indexOf('\u{1f955}') + 2)
    expect(await run('one\nto eat: \u{1f955}')).to.include({ before: 1, now: 1 })
    expect(await readFile(out)).to.deep.equal(whole)
  })

  it('goes on in an output that an editor saved with a byte order mark', async () => {
    await run('one\ntwo')
    const whole = '\ufeff' + (await readFile(out, 'utf8'))
    await writeFile(out, whole + '{"mod')
    expect(await run('one\ntwo')).to.include({ before: 2, now: 0 })
    expect(await readFile(out, 'utf8')).to.equal(whole)
  })

  for (const [title, change, content] of [
    ['another model', { model: 'dense_network/y' }, 'one'],
    ['other LLMs', { llms: ['a', 'c'] }, 'one'],
    ['another prompt', {}, 'two'],
    ['fewer prompts', {}, ''],
  ] as const) {
    it(`leaves the output of a run with ${title} alone`, async () => {
      await run('one')
      const before = await readFile(out, 'utf8')
      const llms = 'llms' in change ? [...change.llms] : ['a', 'b']
      const error = await rejection(run(content, { ...change, llms }))
      expect(String(error)).to.match(/line 1 was written by a different run/)
      expect(await readFile(out, 'utf8')).to.equal(before)
    })
  }

  for (const notes of ['my notes\n', 'my notes', '{"model":"dense_network/y","prompt":"o']) {
    it(`leaves a file alone that is no output: ${JSON.stringify(notes)}`, async () => {
      await appendFile(out, notes)
      expect(await rejection(run('one'))).to.include({ code: 'CONFLICT' })
      expect(await readFile(out, 'utf8')).to.equal(notes)
    })
  }

  it('goes on from the first bytes of a line', async () => {
    await appendFile(out, '{"mod')
    expect(await run('one')).to.include({ before: 0, now: 1 })
    expect(await lines()).to.have.length(1)
  })

  it('goes on where an LLM is named twice', async () => {
    await run('one', { llms: ['a', 'b', 'a'] })
    expect(await run('one\ntwo', { llms: ['a', 'b', 'a'] })).to.include({ before: 1, now: 1 })
  })

  it('goes on in an output that an editor saved with CRLF', async () => {
    await run('one\ntwo')
    await writeFile(out, (await readFile(out, 'utf8')).replaceAll('\n', '\r\n'))
    expect(await run('one\ntwo\nthree')).to.include({ before: 2, now: 1 })
    expect((await lines()).map((line) => (line as { prompt: string }).prompt)).to.deep.equal([
      'one',
      'two',
      'three',
    ])
  })
})
