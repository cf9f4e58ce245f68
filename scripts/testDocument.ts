import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { readConfig } from '../src/config/config.js'
import { CONFIGURATION, resultIn } from './document/schemathesis.js'
import type { PieceResult } from './document/schemathesis.js'
import { prepareEnvironment } from './gateways/environments.js'
import { runProgram } from './gateways/program.js'
import { startServer } from './gateways/server.js'

/** Compiled scripts are in dist/scripts, two folders below the root. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const MINUTE_MS = 60_000
/** What is sent after the time of a piece is over: its last case, shrunk. */
const SLACK_MS = 2 * MINUTE_MS

const MODELS = ['default', 'default@1', 'fast', 'llimit-reference'].map((name) => `dense_network/${name}`)

const USAGE = `npm run test:document -- [flags]: sends the built server requests that schemathesis generates from GET /openapi.json,
valid and invalid ones, and holds every answer to the document. Exit status 1 if one is none of it, or a 5xx.

  --requests N       how many at least: 10000
  --seed N           of the first piece; each further one has the next: 1
  --minutes N        of a piece, at most: 2
  --examples N       a piece has at most so many of each operation, and none of the many that try every limit of the document,
                     in place of all that there is time for: it is the same each time
  --optional         exit status 0 if schemathesis cannot be installed, which is said
  --cache FOLDER     where schemathesis is installed (LLIMIT_CACHE_DIR, in it "gateways")
  --python PROGRAM   python3
`

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '2' },
    examples: { type: 'string' },
    optional: { type: 'boolean', default: false },
    cache: { type: 'string', default: path.join(readConfig().cacheDir.path, 'gateways') },
    python: { type: 'string', default: 'python3' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) process.stdout.write(USAGE)
else process.exitCode = await main()

async function main(): Promise<number> {
  const cache = path.resolve(values.cache)
  await mkdir(cache, { recursive: true })
  const tools = { cache, python: values.python, node: process.execPath, client: '' }
  const prepared = await prepareEnvironment('schemathesis', tools, 5 * MINUTE_MS)
  if ('missing' in prepared) {
    process.stdout.write(`not run: schemathesis ${prepared.missing}\n`)
    return values.optional ? 0 : 1
  }
  const work = path.join(cache, 'document')
  await rm(work, { recursive: true, force: true })
  await mkdir(work, { recursive: true })
  await writeFile(path.join(work, 'schemathesis.toml'), CONFIGURATION)
  await copyFile(path.join(ROOT, 'scripts/document/hooks.py'), path.join(work, 'hooks.py'))
  const server = await startServer({
    program: path.join(ROOT, 'dist/src/cli/main.js'),
    tiers: path.join(ROOT, 'examples/litellm/tiers.json'),
    timeoutMs: MINUTE_MS,
    // Loading one of them is not what is tested.
    flags: ['--preload', MODELS.join(','), '--outcomes-log', path.join(work, 'outcomes')],
  })
  try {
    const program = path.join(path.dirname(prepared.bin), 'schemathesis')
    let requests = 0
    for (let seed = Number(values.seed); requests < Number(values.requests); seed++) {
      const piece = await runPiece(program, { url: server.url, work, seed })
      process.stdout.write(`seed ${seed}: ${piece.requests} requests, ${piece.failures} failures\n`)
      if (piece.requests === 0 || piece.failures > 0) {
        process.stdout.write(`${piece.report}\n`)
        return 1
      }
      requests += piece.requests
    }
    process.stdout.write(`${requests} requests, no 5xx, and every answer as the document says\n`)
    return 0
  } finally {
    await server.close()
  }
}

async function runPiece(
  program: string,
  { url, work, seed }: { url: string; work: string; seed: number },
): Promise<PieceResult> {
  const seconds = Math.round(Number(values.minutes) * 60)
  const extent =
    values.examples === undefined
      ? ['--max-time', String(seconds)]
      : ['--phases', 'examples,fuzzing,stateful', '--max-examples', values.examples]
  const flags = ['--checks', 'all', '--mode', 'all', '--seed', String(seed), ...extent]
  const quiet = [
    '--no-color',
    '--continue-on-failure',
    '--generation-database',
    'none',
    '--request-timeout',
    '60',
  ]
  const { output } = await runProgram(program, ['run', `${url}/openapi.json`, ...flags, ...quiet], {
    cwd: work,
    env: { SCHEMATHESIS_HOOKS: 'hooks' },
    timeoutMs: seconds * 1000 + SLACK_MS,
  })
  return resultIn(output)
}
