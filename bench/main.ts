import path from 'node:path'

import { LLimitError } from '../src/errors.js'
import type { Benchmark, BenchOptions } from '../src/cli/bench.js'
import type { Terminal } from '../src/cli/commandLine/terminal.js'
import { findInfinity } from './contenders/infinity.js'
import { llimit, variantOf } from './contenders/llimit.js'
import { findPytorch, PYTORCH } from './contenders/pytorch.js'
import { writeBenchModel } from './contenders/savedModel.js'
import { findTransformersJs } from './contenders/transformersJs.js'
import { openEncoderWorkload } from './encoder/encoderWorkload.js'
import { startField } from './field.js'
import { openLoadClient } from './load/client.js'
import { describeCommit, describeMachine } from './machine.js'
import { CACHE } from './paths.js'
import { writeReport } from './report/write.js'
import type { Results } from './results.js'
import { runRounds } from './rounds.js'
import { FULL, QUICK } from './sizes.js'
import { WORKLOADS } from './workloads/workloads.js'

const ENCODER = 'encoder'

/** Measures, and writes the report. */
export const benchmark: Benchmark['benchmark'] = async (options, terminal) => {
  const results = await measure(options, terminal)
  const files = await writeReport(options.out ?? path.join(CACHE, 'results'), results)
  for (const file of files) terminal.print(`wrote ${file}`)
  return results
}

async function measure(options: BenchOptions, terminal: Terminal): Promise<Results> {
  const { quick, only, precision } = options
  const rounds = options.rounds ?? (quick ? 1 : 3)
  const variants = options.engine.map((text) => variantOf(text, precision))
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
  const note = (line: string) => terminal.note(line)
  const field = await startField(contenders, note)
  try {
    const sections = await runRounds({ field, workloads, encoder, rounds, sizes, clients, note })
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
      'INVALID_ARGUMENT',
      `${flag}: expected some of ${known.join(', ')}, got ${unknown.join(', ')}`,
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
