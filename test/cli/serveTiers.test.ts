import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'

import { expect } from 'chai'

import { isReady, launch, start } from './server.js'

describe('llimit serve with tiers', () => {
  let folder: string
  let tiers: string
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'llimit-serve-'))
    tiers = path.join(folder, 'tiers.json')
  })
  after(() => rm(folder, { recursive: true }))

  /** Exit status and message of a server that does not start. */
  const failure = async (env: Record<string, string>) => {
    const server = launch(env)
    const exit = once(server, 'exit') as Promise<[number]>
    const [[status], message] = await Promise.all([exit, text(server.stderr)])
    return { status, message }
  }

  it('classifies by them, and warns of those that cannot be answered', async () => {
    await writeFile(
      tiers,
      JSON.stringify({ SIMPLE: 'gpt-4o-mini', COMPLEX: ['gpt-4o'], BEST: 'gpt-99-super' }),
    )
    const { server, log, url } = await start({ LLIMIT_TIERS: tiers })
    try {
      const warning = await log.until((line) => line.includes('tier cannot be answered'))
      expect(JSON.parse(warning)).to.include({ level: 'warn', tier: 'BEST' })
      expect(warning).to.include('got \\"gpt-99-super\\"')
      await log.until(isReady)
      const response = await fetch(`${url}/classify`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ inputs: 'What is Python?' }),
      })
      expect(response.status).to.equal(400)
      expect(await response.text()).to.include('gpt-99-super')
    } finally {
      server.kill('SIGKILL')
    }
  })

  it('does not start with a file or an objective that is wrong', async () => {
    await writeFile(tiers, '{"SIMPLE": []}')
    const broken = await failure({ LLIMIT_TIERS: tiers })
    expect(broken.status).to.equal(1)
    expect(broken.message).to.include('tiers.json: SIMPLE: expected the name of an LLM, or an array of names')
    for (const name of ['LLIMIT_PRICES', 'LLIMIT_TIERS'])
      expect(await failure({ [name]: 'nowhere/mine.json' })).to.deep.include({
        status: 1,
        message: `error: ${name}: mine.json: expected a file, found none\n`,
      })
    const objective = await failure({ LLIMIT_OBJECTIVE: 'value' })
    expect(objective.status).to.equal(1)
    expect(objective.message).to.include(
      'LLIMIT_OBJECTIVE: dollars: expected dollars that a success is worth',
    )
  })
})
