import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
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
const PROMPTS = Array.from({ length: 300 }, (_, p) =>
  Array.from({ length: 3 + (p % 9) }, () => WORDS[3 + Math.floor(random() * 7)]).join(' '),
)

const result = z.object({
  outcomes: z.number(),
  prompts: z.number(),
  findings: z.array(z.string()),
  moved: z.array(z.object({ llm: z.string() })),
})

describe('llimit drift', () => {
  it('reads all pieces of a log, names an LLM that has changed, and ends in what to do', async () => {
    const root = await emptyFolder()
    const log = path.join(root, 'outcomes')
    await writeStaticModel(root)
    await withEvidence(root)
    const { server, url } = await start({
      LLIMIT_SAVED_MODELS: root,
      LLIMIT_PRELOAD: MODEL,
      LLIMIT_DEFAULT_MODEL: MODEL,
      LLIMIT_OUTCOMES_LOG: log,
      LLIMIT_OUTCOMES_LOG_MB: '1',
      LLIMIT_STOP_PAUSE_S: '0',
    })
    const { scores } = await infer(url, { model: MODEL, models_to_score: STATIC_LLMS, prompts: PROMPTS })
    for (const llm of ['a', 'b']) {
      const outcomes = PROMPTS.map((prompt, p) => {
        const probability = scores[llm]?.[p] ?? NaN
        const score = random() < (llm === 'a' ? probability / 4 : probability) ? 1 : 0
        return { id: `${llm} ${p}`, llm, score, prompt }
      })
      const answer = await fetch(`${url}/outcomes`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ outcomes }),
      })
      expect(answer.status).to.equal(200)
    }
    server.kill('SIGTERM')
    await once(server, 'exit')
    expect(await readdir(log)).to.deep.equal(['outcomes-0.000001.jsonl', 'outcomes-0.jsonl'])

    const drift = (...flags: string[]) =>
      llimit(['drift', '--model', MODEL, '--log', log, '--saved-models', root, ...flags], { cwd: root })
    const { status, stdout, stderr } = await drift('--json')
    expect(status, stderr).to.equal(0)
    const found = result.parse(JSON.parse(stdout))
    expect(found.outcomes).to.equal(2 * PROMPTS.length)
    // To a static encoder the order of words is the same but for rounding.
    const different = new Set(PROMPTS.map((prompt) => String(prompt.split(' ').sort())))
    expect(found.prompts).to.be.within(different.size, new Set(PROMPTS).size)
    expect(found.findings).to.include('llms')
    expect(found.moved.map(({ llm }) => llm)).to.deep.equal(['a'])
    const text = await drift()
    expect(text.stdout.trimEnd().split('\n').at(-1)).to.match(
      /^drift: .*llimit learn --model dense_network\/tiny --log /,
    )
    const wrong = await drift('--since', 'yesterday')
    expect(wrong.status).to.equal(2)
    expect(wrong.stderr).to.include('--since')
  })
})
