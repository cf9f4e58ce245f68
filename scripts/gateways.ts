import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { readConfig } from '../src/config/config.js'
import { CASES } from './gateways/cases.js'
import { copyExamples } from './gateways/examples.js'
import { startServer } from './gateways/server.js'
import { runSuite } from './gateways/suite.js'
import type { Result } from './gateways/suite.js'
import { startUpstream } from './gateways/upstream.js'

/** Compiled scripts are in dist/scripts, two folders below the root. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const MINUTE_MS = 60_000

const USAGE = `npm run test:gateways -- [flags]: runs the examples with the real clients against the built server, and holds
the LLM that each acts on to the choice of POST /rank. What cannot be installed is named, and is no failure.

  --cache FOLDER     where the clients are installed (LLIMIT_CACHE_DIR, in it "gateways")
  --python PROGRAM   python3
  --node PROGRAM     for examples that want another Node than the one that runs this
  --only NAME        clients whose file or environment has the name
  --minutes N        after which nothing more is begun: 10
`

const { values } = parseArgs({
  options: {
    cache: { type: 'string', default: path.join(readConfig().cacheDir.path, 'gateways') },
    python: { type: 'string', default: 'python3' },
    node: { type: 'string', default: process.execPath },
    only: { type: 'string', default: '' },
    minutes: { type: 'string', default: '10' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) process.stdout.write(USAGE)
else process.exitCode = await main()

async function main(): Promise<number> {
  const deadline = Date.now() + Number(values.minutes) * MINUTE_MS
  const cases = CASES.filter(({ file, environment }) => `${file} ${environment}`.includes(values.only))
  const cache = path.resolve(values.cache)
  const work = path.join(cache, 'work')
  await mkdir(cache, { recursive: true })
  const upstream = await startUpstream()
  const server = await startServer({
    program: path.join(ROOT, 'dist/src/cli/main.js'),
    tiers: path.join(ROOT, 'examples/litellm/tiers.json'),
    timeoutMs: MINUTE_MS,
  })
  try {
    await copyExamples(path.join(ROOT, 'examples'), work, server.url)
    const env = {
      OPENAI_API_KEY: 'none',
      OPENAI_BASE_URL: upstream.url,
      LITELLM_LOCAL_MODEL_COST_MAP: 'True',
    }
    const results = await runSuite(cases, {
      tools: { cache, python: values.python, node: values.node, client: path.join(ROOT, 'client') },
      setting: { url: server.url, work, env, timeoutMs: 2 * MINUTE_MS },
      deadline,
      onResult: ({ name, state, detail }) => process.stdout.write(`${name}: ${state}: ${detail}\n`),
    })
    const count = (state: Result['state']) => results.filter((result) => result.state === state).length
    process.stdout.write(
      `${count('as /rank')} clients act as /rank says, ${count('failed')} failed, ${count('not run')} not run\n`,
    )
    return count('failed') === 0 ? 0 : 1
  } finally {
    upstream.close()
    await server.close()
  }
}
