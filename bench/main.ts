import path from 'node:path'

import { LLimitError } from '../src/errors.js'
import { print, runScript } from '../src/cli/run.js'
import { findInfinity } from './contenders/infinity.js'
import { llimit } from './contenders/llimit.js'
import { findPytorch, PYTORCH } from './contenders/pytorch.js'
import { writeBenchModel } from './contenders/savedModel.js'
import { findTransformersJs } from './contenders/transformersJs.js'
import { openEncoderWorkload } from './encoder/encoderWorkload.js'
import { startField } from './field.js'
import { openLoadClient } from './load/client.js'
import { describeCommit, describeMachine } from './machine.js'
import { readOptions, USAGE } from './options.js'
import type { Options } from './options.js'
import { ROOT } from './paths.js'
import { writeReport } from './report/write.js'
import type { Results } from './results.js'
import { runRounds } from './rounds.js'
import { FULL, QUICK } from './sizes.js'
import { WORKLOADS } from './workloads/workloads.js'

const ENCODER = 'encoder'

/** An interrupt ends this process in order, and with it the servers, which may be standing still. */
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

await runScript(USAGE, async () => {
  const options = readOptions(process.argv.slice(2))
  const results = await benchmark(options)
  const files = await writeReport(path.resolve(ROOT, options.out), results)
  for (const file of files) print(`wrote ${path.relative(ROOT, file)}`)
})

async function benchmark(options: Options): Promise<Results> {
  const { quick, rounds, only, variants } = options
  const isChosen = (id: string) => only?.includes(id) ?? true
  checkNames(
    '--only',
    only,
    [...WORKLOADS, { id: ENCODER }].map(({ id }) => id),
  )
  const sizes = quick ? QUICK : FULL
  const peers = await Promise.all([findPytorch(), findTransformersJs(), findInfinity()])
  checkNames('--peers', options.peers, ['none', ...peers.map(({ name }) => name)])
  const chosenPeers = peers.filter(({ name }) => options.peers?.includes(name) ?? true)

  await writeBenchModel()
  const workloads = WORKLOADS.filter(({ id }) => isChosen(id))
  const withPytorch = chosenPeers.some((peer) => peer.name === PYTORCH && !('absent' in peer))
  const encoderSize = { prompts: sizes.encoderPrompts, passes: sizes.encoderPasses }
  const encoder = isChosen(ENCODER)
    ? await openEncoderWorkload(variants, withPytorch, encoderSize)
    : undefined
  const contenders = workloads.length > 0 ? [...variants.map(llimit), ...chosenPeers] : []
  const clients = { load: openLoadClient(), side: openLoadClient() }
  const field = await startField(contenders)
  try {
    const sections = await runRounds({ field, workloads, encoder, rounds, sizes, clients })
    return {
      date: new Date().toISOString().slice(0, 10),
      commit: describeCommit(),
      quick,
      rounds,
      machine: describeMachine(),
      baseline: PYTORCH,
      entrants: field.entries.map(({ contender: { name, answers, versions }, server }) => {
        const description = describeEngine(server.log())
        return { name, answers, versions, ...(description !== undefined && { description }) }
      }),
      absent: [...field.absent],
      sections,
    }
  } finally {
    await field.close()
    await Promise.all([clients.load.close(), clients.side.close()])
  }
}

function checkNames(flag: string, given: readonly string[] | undefined, known: readonly string[]): void {
  const unknown = given?.filter((name) => !known.includes(name)) ?? []
  if (unknown.length > 0) {
    throw new LLimitError(
      'INVALID_REQUEST',
      `${flag} does not know ${unknown.join(', ')}; it knows ${known.join(', ')}`,
    )
  }
}

/** Which engine our server says it took: the fields of the log line "encoder ready". */
function describeEngine(log: string): string | undefined {
  const line = log.split('\n').find((text) => text.includes('"encoder ready"'))
  if (line === undefined) return undefined
  const fields = Object.entries(JSON.parse(line) as Record<string, unknown>)
  const about = fields.filter(([name]) => !['level', 'message', 'timestamp', 'encoder'].includes(name))
  return about.map(([name, value]) => `${name} ${String(value)}`).join(', ')
}
