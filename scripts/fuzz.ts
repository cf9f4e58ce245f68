import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { fuzz, HANG_MS, MAX_BYTES } from './fuzz/driver.js'
import { Tally } from './fuzz/tally.js'

/** Compiled scripts are in dist/scripts, two folders below the root. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const USAGE = `npm run fuzz -- [flags]: changes checkpoints, saved models, encoders and files of rows at random, and has them read.
Exit status 1 if a reader hangs for ${HANG_MS / 1000} s, dies, takes over ${MAX_BYTES / 2 ** 20} MiB, leaves tensors, or fails with an error that is not
one of its own.

  --minutes N        after which no further file is begun: 10
  --files N          how many at most: 1000000
  --seed N           1; the same one gives the same files
  --case N           only this one, whose files are kept
  --only NAME        readers whose name begins so, such as "saved model"; the cases are others then
`

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    files: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    case: { type: 'string' },
    only: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) process.stdout.write(USAGE)
else process.exitCode = await main()

async function main(): Promise<number> {
  const seed = Number(values.seed)
  const folder = await mkdtemp(path.join(os.tmpdir(), 'llimit-fuzz-'))
  const tally = new Tally()
  const rerun = values.only === '' ? `--seed ${seed}` : `--seed ${seed} --only "${values.only}"`
  await fuzz({
    folder,
    fixtures: path.join(ROOT, 'test/fixtures/checkpoints'),
    only: values.only,
    seed,
    from: Number(values.case ?? 0),
    files: values.case === undefined ? Number(values.files) : 1,
    deadline: Date.now() + Number(values.minutes) * 60_000,
    onResult: (result) => {
      tally.add(result)
      const { number, target, failure } = result
      if (failure !== undefined) process.stdout.write(`${rerun} --case ${number}: ${target}: ${failure}\n\n`)
    },
  })
  process.stdout.write(tally.text(seed))
  if (values.case === undefined) await rm(folder, { recursive: true, force: true })
  else process.stdout.write(`its files are in ${path.join(folder, 'case')}\n`)
  return tally.failures === 0 ? 0 : 1
}
