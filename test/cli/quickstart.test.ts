import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { expect } from 'chai'
import { z } from 'zod'

import { DataFiles } from '../outcomes/dataFiles.js'
import { repositoryRoot } from '../repository.js'
import { LLIMIT, run } from './llimit.js'
import { LogLines } from './logLines.js'
import { isReady, urlIn } from './server.js'

const ranking = z.object({
  prompts: z.array(
    z.object({
      choice: z.string().nullable(),
      fallback: z.string().nullable(),
      ranked: z.array(z.object({ llm: z.string(), probability: z.number(), cost: z.number().nullable() })),
    }),
  ),
})
const cell = z.object({ outcomes: z.number() })
const reported = z.object({
  llmsByCategory: z.object({ rows: z.array(z.object({ llm: z.string(), all: cell })) }),
  calibrationByEvidence: z.array(cell),
})
const LLMS = ['calculator-7b', 'speller-7b', 'allrounder-70b']
type Ranked = z.infer<typeof ranking>['prompts'][number]

/** What docs/quickstart.md tells people to do, done: an empty folder, an endpoint, outcomes, a model, a server, a choice. */
describe('docs/quickstart.md', () => {
  const files = new DataFiles()
  const running: ChildProcess[] = []
  /** What a line of the page stands for here. */
  const ports = new Map<string, string>()
  let blocks: string[]

  before(async () => {
    await files.open()
    const page = await readFile(path.join(repositoryRoot, 'docs', 'quickstart.md'), 'utf8')
    blocks = [...page.matchAll(/^```sh\n(.*?)^```/gms)].map((match) => match[1] ?? '')
    const bin = path.join(files.folder, 'bin')
    await mkdir(bin)
    await writeFile(path.join(bin, 'llimit'), `#!/bin/sh\nexec "${process.execPath}" "${LLIMIT}" "$@"\n`)
    await chmod(path.join(bin, 'llimit'), 0o755)
  })
  after(async () => {
    const ended = running.map((child) => new Promise((resolve) => child.on('exit', resolve)))
    for (const child of running) child.kill('SIGTERM')
    await Promise.all(ended)
    await files.close()
  })

  const env = () => ({
    CHECKOUT: repositoryRoot,
    PATH: `${path.join(files.folder, 'bin')}:${path.dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
    LLIMIT_CACHE_DIR: path.join(files.folder, '.cache'),
  })
  const hereOf = (block: string) =>
    [...ports].reduce((text, [there, here]) => text.replaceAll(there, here), block)
  /** The block that has this text, and no other. */
  const blockWith = (text: string) => {
    const found = blocks.filter((block) => block.includes(text))
    expect(found, text).to.have.length(1)
    blocks = blocks.filter((block) => block !== found[0])
    return hereOf(found[0] ?? '')
  }
  const shell = async (text: string) => {
    const ended = await run('sh', ['-e', '-c', blockWith(text)], { cwd: files.folder, env: env() })
    expect(ended.status, ended.stderr).to.equal(0)
    return ended.stdout
  }
  /** Starts what runs in a terminal of its own. */
  const launch = (text: string, flags: string) => {
    const child = spawn('sh', ['-c', `exec ${blockWith(text).trimEnd()} ${flags}`], {
      cwd: files.folder,
      env: { ...process.env, ...env(), HOST: '127.0.0.1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    running.push(child)
    return new LogLines(child.stdout)
  }
  const asked = async (text: string): Promise<Ranked> => {
    const [, url = '', body = ''] =
      /^curl (\S+) -H 'content-type: application\/json' -d '(.*)'$/ms.exec(blockWith(text)) ?? []
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    const [first] = ranking.parse(await response.json()).prompts
    if (first === undefined) throw new Error('expected a ranking, got none')
    return first
  }

  it('starts with the installation, which is not tried here', () => {
    expect(blockWith('npm ci')).to.match(/npm install --global \.\nexport CHECKOUT=\$PWD\n/)
  })

  it('collects', async () => {
    const line = await launch('endpoint.mjs', '0').until((text) => text.includes('/v1 has'))
    ports.set('http://localhost:4010', /http:\/\/localhost:\d+/.exec(line)?.[0] ?? '')
    expect(await shell('prompts.mjs')).to.match(/^\{"prompt":"What is 17 \+ 5\?","reference":22,/)
    await shell('prices.json <<')
    const table = await shell('allrounder-70b \\\n')
    expect(table)
      .to.match(/^calculator-7b +240 +0 +240 +0\.512 /m)
      .and.to.match(/^allrounder-70b .* 0\.887 /m)
  })

  it('trains and evaluates', async () => {
    const stdout = await shell('llimit train')
    expect(stdout).to.match(/^wrote .*my-router, version 1, /m)
    const routed = (system: string) =>
      Number(new RegExp(`^${system} .* ([\\d.]+) ±[\\d.]+$`, 'm').exec(stdout)?.[1])
    expect(routed('dense_network/my-router')).to.be.greaterThan(routed('LLM mean'))
    const page = await readFile(path.join(files.folder, 'report.html'), 'utf8')
    const [, json = ''] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page) ?? []
    const { llmsByCategory, calibrationByEvidence } = reported.parse(JSON.parse(json))
    expect(llmsByCategory.rows.map(({ llm }) => llm)).to.have.members(LLMS)
    const judged = llmsByCategory.rows.reduce((sum, { all }) => sum + all.outcomes, 0)
    expect(calibrationByEvidence.reduce((sum, { outcomes }) => sum + outcomes, 0)).to.equal(judged)
  })

  it('serves and chooses as the LLMs are good', async () => {
    const log = launch('llimit serve', '--port 0')
    ports.set('http://localhost:8000', urlIn(await log.until((line) => line.includes('"listening"'))))
    await log.until(isReady)
    const word = await asked('harvest')
    expect(word.choice).to.equal('speller-7b')
    expect(word.ranked[0]?.probability).to.be.greaterThan(0.8)
    expect(word.ranked[0]?.cost).to.be.greaterThan(0)
    expect((await asked('61 and 48')).choice).to.equal('calculator-7b')
    expect(await asked('landlord')).to.deep.include({ choice: null, fallback: 'allrounder-70b' })
  })

  it('adds a new LLM', async () => {
    expect(await shell('add-llm')).to.match(/^newcomer-9b: 240 outcomes, fitted in /m)
  })

  it('has no other command', () => expect(blocks).to.deep.equal([]))
})
