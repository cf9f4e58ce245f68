import { z } from 'zod'

import { codeOf, LLimitError } from '../errors.js'
import { integer } from '../validation.js'
import { defineCommand } from './commandLine/command.js'
import { files, flag, names } from './commandLine/flags.js'
import type { Terminal } from './commandLine/terminal.js'

const flags = z.object({
  quick: flag(
    z.boolean().default(false),
    '',
    'a few requests of each kind: shows that everything works, measures nothing',
  ),
  rounds: flag(
    integer(1, 100).optional(),
    'integer',
    'how often everything is measured; the report has medians (default: 3, 1 with --quick)',
  ),
  only: flag(names().optional(), 'a,b', 'workloads by name (default: all)'),
  engine: flag(
    names().default(['auto']),
    'a,b',
    'variants of this server, each engine[:precision][@processes]; auto leaves the choice to the server, static is a model on the static encoder, shipped the default model, with its decisions',
  ),
  precision: flag(z.string().optional(), 'name', 'of the engines that name none'),
  peers: flag(names().optional(), 'a,b', 'other servers by name, or none (default: all)'),
  checkout: flag(
    files().default([]),
    'folder',
    'other checkouts of this project, compiled, measured in the same run',
  ),
  out: flag(z.string().optional(), 'folder', 'of the report (default: .cache/bench/results of the checkout)'),
})

export type BenchOptions = z.output<typeof flags>

/** What the benchmark exports. It is next to src and not shipped: an installation has the command alone. */
export interface Benchmark {
  /** @returns the results, as in performance.json */
  benchmark: (options: BenchOptions, terminal: Terminal) => Promise<unknown>
}

const BENCHMARK = new URL('../../bench/main.js', import.meta.url)

export const command = defineCommand({
  description:
    'Starts this server and every peer that is installed (bench/README.md), gives all of them the same prompts in interleaved ' +
    'rounds, and writes performance.md, performance.json, performance.svg and performance.html, a page that needs nothing else.',
  examples: [
    'llimit bench --quick',
    'llimit bench --engine onnxruntime:fp32,tensorflow:bf16 --peers PyTorch --out docs',
  ],
  flags,
  run: async (options, terminal) => {
    const { benchmark } = await load()
    return benchmark(options, terminal)
  },
})

async function load(): Promise<Benchmark> {
  try {
    return (await import(BENCHMARK.href)) as Benchmark
  } catch (cause) {
    if (codeOf(cause) !== 'ERR_MODULE_NOT_FOUND') throw cause
    const problem = 'the benchmark is not part of an installation; use a checkout of the repository'
    throw new LLimitError('INVALID_CONFIG', problem, { cause })
  }
}
