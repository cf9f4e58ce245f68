import { once } from 'node:events'
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { expect } from 'chai'
import { z } from 'zod'

import { createRandom } from '../../src/numeric/random.js'
import { emptyFolder, WORDS } from '../encoder/static/tinyStatic.js'
import { STATIC_LLMS, writeStaticModel } from '../staticModel.js'
import { withEvidence } from '../staticEvidence.js'
import { llimit } from './llimit.js'
import { infer, start } from './server.js'

const MODEL = 'dense_network/tiny'
const random = createRandom(3)
const PROMPTS = Array.from({ length: 200 }, (_, p) =>
  Array.from({ length: 3 + (p % 5) }, () => WORDS[3 + Math.floor(random() * 7)]).join(' '),
)

const result = z.object({
  outcomes: z.number(),
  skipped: z.record(z.string(), z.number()),
  levels: z.array(z.object({ llm: z.string(), delta: z.number(), low: z.number(), high: z.number() })),
  version: z.number().optional(),
})

describe('llimit learn', () => {
  let root: string
  let log: string
  let served: Record<string, number[]>
  /** Of the LLM that has changed; the others are as they were. */
  const changed = (probability: number) => 0.25 * probability

  beforeEach(async () => {
    root = await emptyFolder()
    log = path.join(root, 'outcomes')
    await writeStaticModel(root)
    await withEvidence(root)
  })

  /** Reports outcomes of two LLMs to a server, over HTTP. */
  async function report(truthOf: (probability: number) => number, n = PROMPTS.length): Promise<void> {
    const settings = {
      LLIMIT_SAVED_MODELS: root,
      LLIMIT_PRELOAD: MODEL,
      LLIMIT_DEFAULT_MODEL: MODEL,
      LLIMIT_OUTCOMES_LOG: log,
      LLIMIT_STOP_PAUSE_S: '0',
    }
    const { server, url } = await start(settings)
    served = await scoresAt(url)
    const outcomes = ['a', 'b'].flatMap((llm) =>
      PROMPTS.slice(0, n).map((prompt, p) => {
        const probability = served[llm]?.[p] ?? NaN
        const truth = llm === 'a' ? truthOf(probability) : probability
        return { id: `${llm} ${p}`, llm, score: random() < truth ? 1 : 0, prompt }
      }),
    )
    const answer = await fetch(`${url}/outcomes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ outcomes }),
    })
    expect(await answer.json()).to.include({ accepted: 2 * n })
    server.kill('SIGTERM')
    await once(server, 'exit')
  }

  const scoresAt = async (url: string) =>
    (await infer(url, { model: MODEL, models_to_score: STATIC_LLMS, prompts: PROMPTS })).scores

  /** What a server answers now. */
  async function scores(): Promise<Record<string, number[]>> {
    const { server, url } = await start({
      LLIMIT_SAVED_MODELS: root,
      LLIMIT_PRELOAD: MODEL,
      LLIMIT_STOP_PAUSE_S: '0',
    })
    const found = await scoresAt(url)
    server.kill('SIGTERM')
    await once(server, 'exit')
    return found
  }

  const learn = (...flags: string[]) =>
    llimit(['learn', '--model', MODEL, '--log', log, '--saved-models', root, '--json', ...flags], {
      cwd: root,
    })
  const versions = async () => (await readdir(path.join(root, 'dense_network'))).sort()
  const mean = (values: readonly number[] = []) => values.reduce((a, b) => a + b, 0) / values.length

  it('moves an LLM that has changed to the truth, from 200 outcomes that a server was told of', async () => {
    await report(changed)
    const dry = await learn('--dry-run')
    expect(dry.status, dry.stderr).to.equal(0)
    expect(await versions()).to.deep.equal(['tiny'])
    const { status, stdout, stderr } = await learn()
    expect(status, stderr).to.equal(0)
    const { outcomes, levels, version } = result.parse(JSON.parse(stdout))
    expect([outcomes, version]).to.deep.equal([400, 2])
    expect(levels).to.deep.equal(result.parse(JSON.parse(dry.stdout)).levels)
    const [a, b] = levels
    expect(a?.delta).to.be.lessThan(-0.5)
    expect(b).to.include({ llm: 'b', delta: 0 })
    expect(await versions()).to.deep.equal(['tiny', 'tiny@1'])
    const after = await scores()
    expect(Math.abs(mean(after['a']) - mean(served['a']?.map(changed)))).to.be.lessThan(0.06)
    expect([after['b'], after['c']]).to.deep.equal([served['b'], served['c']])

    const again = await learn()
    expect(again.status, again.stderr).to.equal(0)
    expect(result.parse(JSON.parse(again.stdout))).to.not.have.property('version')
    expect(await versions()).to.deep.equal(['tiny', 'tiny@1'])
  })

  it('reads past what is cut off, reported again or of another encoder, and says so', async () => {
    await report((probability) => probability, 12)
    const file = path.join(log, 'outcomes-0.jsonl')
    const [first = '', second = ''] = (await readFile(file, 'utf8')).split('\n')
    const foreign = second.replace(/"id":"[^"]*"/, '"id":"new"').replace(/"encoder":"[^"]*"/, '"encoder":"x"')
    await appendFile(file, `${first.slice(0, 99)}\n${first}\n${foreign}\n${second.slice(0, -1)}`)
    const { status, stdout, stderr } = await learn('--dry-run')
    expect(status, stderr).to.equal(0)
    expect(result.parse(JSON.parse(stdout))).to.deep.include({
      outcomes: 24,
      skipped: { 'cut off': 2, 'reported before': 1, 'another encoder': 1 },
    })
  })

  it('does not make live what does not clearly help, unless it is told to', async () => {
    await report((probability) => probability, 20)
    const file = path.join(log, 'outcomes-0.jsonl')
    const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.includes('"id":"a '))
    // As few failures as move the level.
    const failing = async (failures: number) => {
      const changed = lines.map((line, i) => line.replace(/"score":\d/, `"score":${i < failures ? 0 : 1}`))
      await writeFile(file, `${changed.join('\n')}\n`)
      const { stdout } = await learn('--dry-run')
      return result.parse(JSON.parse(stdout)).levels[0]?.delta ?? NaN
    }
    for (let failures = Math.round(20 * (1 - mean(served['a']?.slice(0, 20)))); ; failures++)
      if ((await failing(failures)) !== 0) break
    const { status, stderr } = await learn()
    expect(status).to.equal(1)
    expect(stderr).to.include('not made live')
    expect(await versions()).to.deep.equal(['tiny', 'tiny@2'])
    const forced = await learn('--force')
    expect(forced.status, forced.stderr).to.equal(0)
    expect(await versions()).to.deep.equal(['tiny', 'tiny@1', 'tiny@2'])
  })

  it('says that a folder has no outcomes', async () => {
    log = await emptyFolder()
    const { status, stderr } = await learn()
    expect(status).to.equal(1)
    expect(stderr).to.include('expected outcomes that can be learned from, got none')
  })
})
