import { once } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { expect } from 'chai'
import { z } from 'zod'

import { createRandom } from '../../src/numeric/random.js'
import { emptyFolder, WORDS } from '../encoder/static/tinyStatic.js'
import { writeStaticModel } from '../staticModel.js'
import { llimit } from './llimit.js'
import { start } from './server.js'

const [LIVE, SHADOW] = ['dense_network/tiny', 'dense_network/other']
const SHARED = ['b', 'c']

const random = createRandom(5)
const PROMPTS = Array.from({ length: 60 }, (_, p) =>
  Array.from({ length: 2 + (p % 30) ** 2 }, () => WORDS[3 + Math.floor(random() * 7)]).join(' '),
)

const result = z.object({
  prompts: z.number(),
  dropped: z.number(),
  failed: z.number(),
  ranks: z.object({ prompts: z.number(), flips: z.object({ value: z.number() }) }),
  difference: z.object({ absolute: z.number() }),
  outcomes: z.object({
    outcomes: z.number(),
    measures: z.object({
      log_loss: z.object({
        live: z.object({ value: z.number() }),
        shadow: z.object({ value: z.number() }),
      }),
    }),
  }),
  recommendation: z.object({ verdict: z.string() }),
})

describe('llimit serve, with a shadow', () => {
  let root: string
  let folder: string
  beforeEach(async () => {
    root = await emptyFolder()
    folder = path.join(root, 'shadow')
    await writeStaticModel(root)
    await writeStaticModel(root, { name: 'other', seed: 3, llms: ['c', 'b', 'd'] })
  })

  async function serve(settings: Record<string, string> = {}) {
    const { server, log, url } = await start({
      LLIMIT_SAVED_MODELS: root,
      LLIMIT_PRELOAD: LIVE,
      LLIMIT_DEFAULT_MODEL: LIVE,
      LLIMIT_OUTCOMES_LOG: path.join(root, 'outcomes'),
      LLIMIT_OBJECTIVE: 'best:abstain=false',
      LLIMIT_STOP_PAUSE_S: '0',
      ...settings,
    })
    const post = async (route: string, body: object) => {
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(url + route, { method: 'POST', headers, body: JSON.stringify(body) })
      return `${answer.status} ${await answer.text()}`
    }
    const metric = async (name: string) => {
      const page = await (await fetch(`${url}/metrics`)).text()
      const line = page.split('\n').find((each) => each.startsWith(`llimit_shadow_${name} `))
      return line === undefined ? 0 : Number(line.split(' ').at(-1))
    }
    /** Waits until the shadow has done with so many prompts. */
    const until = async (name: string, count: number) => {
      while ((await metric(name)) < count) await new Promise((resolve) => setTimeout(resolve, 20))
    }
    const end = async () => {
      server.kill('SIGTERM')
      await once(server, 'exit')
    }
    return { post, metric, until, end, log, url }
  }
  const shadowed = { LLIMIT_SHADOW: `${LIVE}=${SHADOW}`, LLIMIT_SHADOW_PERCENT: '100' }
  const withShadow = () => serve({ ...shadowed, LLIMIT_SHADOW_LOG: folder })

  /** Requests of all routes, by which prompts are asked. */
  const requests: (readonly [string, object])[] = PROMPTS.slice(0, 20).flatMap((prompt) => [
    ['/infer', { model: LIVE, models_to_score: ['*'], prompts: [prompt] }],
    [
      '/infer',
      { model: LIVE, models_to_score: ['c', 'a'], prompts: [prompt, `${prompt} cat`], details: true },
    ],
    ['/rank', { prompts: [prompt], candidates: ['a', 'b', 'c'], objective: { type: 'best' } }],
    [
      '/v1/systemone',
      {
        model: 'llimit',
        state: prompt,
        questions: {
          tier: { type: 'choice', instructions: 'x', criteria: { a: null, b: null, c: null } },
        },
      },
    ],
  ])
  const answersOf = async ({ post }: Awaited<ReturnType<typeof serve>>) => {
    const answers: string[] = []
    for (const [route, body] of requests) answers.push(await post(route, body))
    return answers
  }

  it('answers to the last bit what it answers without', async () => {
    const plain = await serve()
    const expected = await answersOf(plain)
    expect(await plain.metric('ranked_total')).to.equal(0)
    await plain.end()
    const server = await withShadow()
    const answers = await answersOf(server)
    // Of those with a and c, one LLM is known to both.
    expect(answers.filter((answer) => answer.startsWith('200'))).to.have.length(requests.length)
    await server.until('prompts_total{result="compared"}', 5 * 20)
    await server.end()
    expect(answers).to.deep.equal(expected)
  })

  it('counts what differs as an oracle does, keeps no text, and says which is better', async () => {
    const server = await withShadow()
    const scoresOf = async (model: string) => {
      const answer = await server.post('/infer', { model, models_to_score: SHARED, prompts: PROMPTS })
      return z
        .object({ scores: z.record(z.string(), z.array(z.number())) })
        .parse(JSON.parse(answer.replace(/^200 /, ''))).scores
    }
    const [live, shadow] = [await scoresOf(LIVE), await scoresOf(SHADOW)]
    const of = (scores: Record<string, number[]>, llm: string, p: number) => scores[llm]?.[p] ?? NaN
    const bestOf = (scores: Record<string, number[]>, p: number) =>
      of(scores, 'c', p) > of(scores, 'b', p) ? 'c' : 'b'
    const flips = PROMPTS.filter((_, p) => bestOf(live, p) !== bestOf(shadow, p)).length
    expect(flips).to.be.within(1, PROMPTS.length - 1)
    await server.until('prompts_total{result="compared"}', PROMPTS.length)
    expect(await server.metric('flips_total')).to.equal(flips)

    // The shadow is right.
    const outcomes = PROMPTS.flatMap((prompt, p) =>
      ['b', 'c', 'a'].map((llm) => ({
        ...{ id: `${llm} ${p}`, llm, prompt },
        score: of(shadow, llm, p) > 0.5 ? 1 : 0,
      })),
    )
    // An id that is reported again counts once.
    for (let i = 1; i <= 2; i++) {
      expect(await server.post('/outcomes', { outcomes })).to.match(/^200 /)
      await server.until('prompts_total{result="reported"}', i * 2 * PROMPTS.length)
    }
    await server.end()

    const { status, stdout, stderr } = await llimit(['shadow', '--log', folder, '--json'], { cwd: root })
    expect(status, stderr).to.equal(0)
    const found = result.parse(JSON.parse(stdout))
    expect(found).to.include({ prompts: PROMPTS.length, failed: 0 })
    expect(found.ranks.flips.value).to.be.closeTo(flips / PROMPTS.length, 1e-12)
    const differences = PROMPTS.flatMap((_, p) =>
      SHARED.map((llm) => Math.abs(of(live, llm, p) - of(shadow, llm, p))),
    )
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length
    expect(found.difference.absolute).to.be.closeTo(mean(differences), 2e-5)
    const logLoss = (scores: Record<string, number[]>) =>
      mean(
        outcomes
          .filter(({ llm }) => SHARED.includes(llm))
          .map(({ llm, score, id }) => {
            const probability = of(scores, llm, Number(id.slice(2)))
            return -Math.log(score === 1 ? probability : 1 - probability)
          }),
      )
    expect(found.outcomes.outcomes).to.equal(2 * PROMPTS.length)
    const { log_loss } = found.outcomes.measures
    expect(log_loss.live.value).to.be.closeTo(logLoss(live), 1e-6)
    expect(log_loss.shadow.value).to.be.closeTo(logLoss(shadow), 1e-6)
    expect(found.recommendation.verdict).to.equal('activate')

    const files = await readdir(folder)
    expect(files.sort()).to.deep.equal(['outcomes-0.jsonl', 'prompts-0.jsonl'])
    const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')))
    for (const prompt of PROMPTS) expect(texts.join('')).to.not.include(prompt.slice(0, 20))
    expect(texts.join('')).to.not.match(/[a-z] [a-z]/)
  })

  it('harms nothing if the shadow is broken, says so once, and counts it', async () => {
    const broken = path.join(root, 'dense_network/other')
    for (const file of await readdir(broken))
      if (file !== 'card.json') await writeFile(path.join(broken, file), 'broken')
    const plain = await serve()
    const expected = await answersOf(plain)
    await plain.end()
    const server = await withShadow()
    expect(await answersOf(server)).to.deep.equal(expected)
    await server.until('prompts_total{result="failed"}', 5 * 20)
    expect((await fetch(`${server.url}/ready`)).status).to.equal(200)
    await server.end()
    expect(server.log.seen.filter((line) => line.includes('shadow failed'))).to.have.length(1)
  })

  it('goes on from what it has found when it is started again', async () => {
    for (const prompts of [PROMPTS.slice(0, 20), PROMPTS.slice(20)]) {
      const server = await withShadow()
      await server.post('/infer', { model: LIVE, models_to_score: ['*'], prompts })
      await server.until('prompts_total{result="compared"}', prompts.length)
      await server.end()
    }
    const { stdout } = await llimit(['shadow', '--log', folder], { cwd: root })
    expect(stdout).to.match(/^dense_network\/tiny@1 \(live\) and dense_network\/other@1 \(shadow\), /)
    expect(stdout).to.include('60 prompts compared, 0 dropped for want of time, 0 failed')
    expect(stdout).to.include('recommendation: wait: 0 outcomes were reported')
  })

  it('is refused without a folder, without the saved model, and without an LLM in common', async () => {
    await writeStaticModel(root, { name: 'strange', llms: ['x', 'y', 'z'] })
    const refused = async (settings: Record<string, string>) => {
      const env = { LLIMIT_SAVED_MODELS: root, PORT: '0', ...settings }
      const { status, stderr } = await llimit(['serve'], { cwd: root, env })
      expect(status).to.equal(1)
      return stderr
    }
    expect(await refused(shadowed)).to.include('expected LLIMIT_SHADOW_LOG too')
    const pair = (shadow: string) => ({ LLIMIT_SHADOW: `${LIVE}=${shadow}`, LLIMIT_SHADOW_LOG: folder })
    expect(await refused(pair('dense_network/nobody'))).to.include('LLIMIT_SHADOW: Model not found')
    expect(await refused(pair('dense_network/strange'))).to.include('that have an LLM in common')
  })
})
