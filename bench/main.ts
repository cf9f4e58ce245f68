import path from 'node:path'

import { LLimitError } from '../src/errors.js'
import type { Benchmark, BenchOptions } from '../src/cli/bench.js'
import type { Terminal } from '../src/cli/commandLine/terminal.js'
import { openEncoderWorkload } from './encoder/encoderWorkload.js'
import type { EncoderWorkload } from './encoder/encoderWorkload.js'
import { openLoadClient } from './load/client.js'
import { describeCommit, describeMachine } from './machine.js'
import { CACHE } from './paths.js'
import { writeReport } from './report/write.js'
import type { Results, SystemDescription } from './results.js'
import { runRounds } from './rounds.js'
import { startPool } from './serverPool.js'
import type { PoolMember } from './serverPool.js'
import { FULL, QUICK } from './sizes.js'
import type { Sizes } from './sizes.js'
import { findInfinity } from './systems/infinity.js'
import { llimit, SHIPPED, STATIC, variantOf } from './systems/llimit.js'
import type { Variant } from './systems/llimit.js'
import { findPytorch, PYTORCH } from './systems/pytorch.js'
import { writeBenchModel } from './systems/savedModel.js'
import { writeStaticBenchModel } from './systems/staticModel.js'
import type { Candidate } from './systems/systemUnderTest.js'
import { findTransformersJs } from './systems/transformersJs.js'
import { concurrentWorkloads } from './workloads/concurrent.js'
import { decisionWorkloads } from './workloads/decisions.js'
import { sequentialWorkloads } from './workloads/sequential.js'

/** What is done with every server, in the order of the report. */
const WORKLOADS = [...sequentialWorkloads, ...concurrentWorkloads, ...decisionWorkloads]

/** The encoder without a server, which `--only` names like a workload. */
const ENCODER = 'encoder'

/** Measures, and writes the report. */
export const benchmark: Benchmark['benchmark'] = async (options, terminal) => {
  const results = await measure(options, terminal)
  const files = await writeReport(options.out ?? path.join(CACHE, 'results'), results)
  for (const file of files) terminal.print(`wrote ${file}`)
  return results
}

async function measure(options: BenchOptions, terminal: Terminal): Promise<Results> {
  const { quick, only } = options
  const note = (line: string) => terminal.note(line)
  const rounds = options.rounds ?? (quick ? 1 : 3)
  const sizes = quick ? QUICK : FULL
  expectNames('--only', only, [...WORKLOADS.map(({ id }) => id), ENCODER])
  const workloads = WORKLOADS.filter(({ id }) => isChosen(only, id))
  const commit = describeCommit()
  note(`measuring commit ${commit}`)

  const peers = await findPeers(options.peers)
  await writeBenchModel()
  const variants = options.engine.map((text) => variantOf(text, options.precision))
  const engines = variants.filter(({ engine }) => engine !== STATIC && engine !== SHIPPED)
  if (variants.some(({ engine }) => engine === STATIC)) await writeStaticBenchModel()
  const measuresEncoder = isChosen(only, ENCODER) && engines.length > 0
  const encoder = measuresEncoder ? await openEncoder(engines, peers, sizes) : undefined
  const ours = [undefined, ...options.checkout].flatMap((checkout) =>
    variants.map((variant) => llimit(variant, checkout)),
  )
  const candidates = workloads.length > 0 ? [...ours, ...peers] : []
  const clients = { load: openLoadClient(), background: openLoadClient() }
  const pool = await startPool(candidates, note)
  try {
    const sections = await runRounds({ pool, workloads, encoder, rounds, sizes, clients, note })
    return {
      date: new Date().toISOString().slice(0, 10),
      commit,
      quick,
      rounds,
      machine: describeMachine(),
      baseline: PYTORCH,
      systems: pool.members.map(describeSystem),
      skipped: [...pool.skipped],
      sections,
    }
  } finally {
    await pool.close()
    await Promise.all([clients.load.close(), clients.background.close()])
  }
}

/** The peers that the user asks for, all of them by default; those that are not installed are skipped. */
async function findPeers(chosen: readonly string[] | undefined): Promise<Candidate[]> {
  const peers = await Promise.all([findPytorch(), findTransformersJs(), findInfinity()])
  expectNames('--peers', chosen, ['none', ...peers.map(({ name }) => name)])
  return peers.filter(({ name }) => isChosen(chosen, name))
}

function openEncoder(
  variants: readonly Variant[],
  peers: readonly Candidate[],
  { encoderPrompts: prompts, encoderPasses: passes }: Sizes,
): Promise<EncoderWorkload> {
  const withPytorch = peers.some((peer) => peer.name === PYTORCH && !('skipped' in peer))
  return openEncoderWorkload(variants, withPytorch, { prompts, passes })
}

function describeSystem({ system, server }: PoolMember): SystemDescription {
  const { name, answers, versions } = system
  const engine = system.engineFrom?.(server.log())
  return { name, answers, versions, ...(engine !== undefined && { engine }) }
}

function isChosen(chosen: readonly string[] | undefined, name: string): boolean {
  return chosen === undefined || chosen.includes(name)
}

function expectNames(flag: string, given: readonly string[] | undefined, known: readonly string[]): void {
  const unknown = given?.filter((name) => !known.includes(name)) ?? []
  if (unknown.length > 0) {
    throw new LLimitError(
      'INVALID_ARGUMENT',
      `${flag}: expected some of ${known.join(', ')}, got ${unknown.join(', ')}`,
    )
  }
}
