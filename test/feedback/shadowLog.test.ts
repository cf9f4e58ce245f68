import { appendFile, readdir, rm } from 'node:fs/promises'
import path from 'node:path'

import { expect } from 'chai'
import fc from 'fast-check'

import { linesIn } from '../../src/feedback/logFiles.js'
import { parseShadowLine, textOfPrompt } from '../../src/feedback/shadowLine.js'
import type { HeadLine, PromptLine } from '../../src/feedback/shadowLine.js'
import { ShadowLog } from '../../src/feedback/shadowLog.js'
import { emptyFolder } from '../encoder/static/tinyStatic.js'
import { rejection } from '../rejection.js'

const model = (version: number) => ({ model: 'dense_network/tiny', version, sha256: `s${version}` })
const head = (shadow: number): HeadLine => ({ live: model(1), shadow: model(shadow), llms: ['a', 'b'] })
const prompt = (time: number): PromptLine => ({
  at: time,
  llms: [0, 1],
  p_live: [0, 1],
  p_shadow: [1, 0],
  best: [1, 0],
  familiarity: [0.5, null],
  ms: 0.25,
})

describe('textOfPrompt', () => {
  it('is a line of ASCII that is read again, probabilities to 1e-5', () => {
    const pair = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(fc.array(fc.tuple(pair, pair), { maxLength: 600 }), (pairs) => {
        const line = {
          ...prompt(5),
          llms: pairs.map((_, m) => 65_535 - m),
          p_live: pairs.map(([p]) => p),
          p_shadow: pairs.map(([, p]) => p),
        }
        const text = textOfPrompt(line)
        expect(text).to.match(/^[\x20-\x7e]+\n$/)
        const read = parseShadowLine(text)
        if (read === undefined || !('prompt' in read)) throw new Error('expected a prompt')
        expect(read.prompt.llms).to.deep.equal(line.llms)
        for (const key of ['p_live', 'p_shadow'] as const)
          read.prompt[key].forEach((value, m) => expect(value).to.be.closeTo(line[key][m] ?? NaN, 1e-5))
      }),
    )
  })

  it('is nothing wherever it is cut off', () => {
    const text = textOfPrompt(prompt(5)).trimEnd()
    for (let end = 0; end < text.length; end++)
      expect(parseShadowLine(text.slice(0, end))).to.equal(undefined)
  })
})

describe('ShadowLog', () => {
  let folder: string
  beforeEach(async () => {
    folder = path.join(await emptyFolder(), 'log')
  })
  const fail = (error: unknown) => {
    throw error
  }
  const read = async () => {
    const found: string[] = []
    for await (const text of linesIn(folder)) {
      const line = parseShadowLine(text)
      if (line === undefined) found.push('?')
      else if ('head' in line) found.push(`head ${line.head.shadow.version}`)
      else found.push(...Object.entries(line).map(([kind, { at }]) => `${kind} ${at}`))
    }
    return found
  }

  it('writes the saved models before what is of them, also when it is opened again', async () => {
    const [two, three] = [head(2), head(3)]
    const log = await ShadowLog.open(folder, 0, fail)
    log.prompt(two, prompt(1))
    log.prompt(two, prompt(2))
    log.prompt(three, prompt(3))
    log.lost(three, { at: 4, dropped: 1, failed: 0 })
    log.outcome(two, { at: 5, id: 'x', llm: 0, score: 1, p_live: 0.5, p_shadow: 0.25 })
    await log.close()
    const again = await ShadowLog.open(folder, 0, fail)
    again.prompt(three, prompt(6))
    await again.close()
    expect(await readdir(folder)).to.have.members(['outcomes-0.jsonl', 'prompts-0.jsonl'])
    expect(await read()).to.deep.equal([
      ...['head 2', 'outcome 5'],
      ...['head 2', 'prompt 1', 'prompt 2', 'head 3', 'prompt 3', 'lost 4', 'head 3', 'prompt 6'],
    ])
  })

  it('goes on after a line that a crash has cut off', async () => {
    const log = await ShadowLog.open(folder, 0, fail)
    log.prompt(head(2), prompt(1))
    await log.close()
    await appendFile(path.join(folder, 'prompts-0.jsonl'), '{"at":2,"ll')
    const again = await ShadowLog.open(folder, 0, fail)
    again.prompt(head(2), prompt(3))
    await again.close()
    expect(await read()).to.deep.equal(['head 2', 'prompt 1', '?', 'head 2', 'prompt 3'])
  })

  it('says that it cannot write, and rejects nothing', async () => {
    const faults: unknown[] = []
    const log = await ShadowLog.open(folder, 0, (error) => faults.push(error))
    await rm(folder, { recursive: true })
    log.prompt(head(2), prompt(1))
    await log.close()
    expect(faults).to.have.length(1)
  })

  it('names the folder that it cannot use', async () => {
    const error = await rejection(ShadowLog.open('/dev/null', 0, fail))
    expect(error).to.have.property('code', 'INVALID_CONFIG')
    expect(String(error)).to.include('/dev/null')
  })
})
