import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { messageOf } from '../../src/errors.js'
import { at } from '../../src/numeric/at.js'
import { quantileOf } from '../../src/numeric/quantile.js'
import type { Variant } from '../systems/llimit.js'
import { PYTORCH, PYTORCH_PYTHON, PYTORCH_SCRIPT } from '../systems/pytorch.js'
import { CACHE, ENCODER_DIRECTORY, ROOT } from '../paths.js'
import { createCollector } from '../results.js'
import type { Measure, Section } from '../results.js'
import { runProcess } from '../runProcess.js'
import { encodeReport } from './job.js'
import type { EncodeJob } from './job.js'
import { encodeSets } from './sets.js'
import type { EncodeSet } from './sets.js'
import { measureSgemm } from './sgemm.js'

/** The row of the limit; ONNX Runtime computes it. */
const LIMIT = 'limit: 1536 x 1536 products'

/** The engines that are measured if no variant of the server was asked for. */
const EVERY_ENGINE: readonly Variant[] = [
  { engine: 'tensorflow', precision: 'bf16' },
  { engine: 'tensorflow', precision: 'fp32' },
  { engine: 'onnxruntime', precision: 'int8' },
  { engine: 'onnxruntime', precision: 'fp32' },
  { engine: 'wasm', precision: 'fp32' },
]

interface EncoderProcess {
  name: string
  command: string
  /** The job's file is the last argument. */
  args: readonly string[]
}

/** The encoder without a server around it. */
export interface EncoderWorkload {
  /** Measures every engine once, each in a process of its own, and the limit of the machine. */
  runRound(): Promise<void>
  /** One section for each set of prompts. */
  sections(): Section[]
}

export async function openEncoderWorkload(
  variants: readonly Variant[],
  withPytorch: boolean,
  size: { prompts: number; passes: number },
): Promise<EncoderWorkload> {
  const sets = await encodeSets(size.prompts)
  const job: EncodeJob = { sets: sets.map(({ batches }) => batches), repeats: size.passes }
  const jobFile = path.join(CACHE, 'encode.json')
  await mkdir(CACHE, { recursive: true })
  await writeFile(jobFile, JSON.stringify(job))
  const processes = processesOf(variants, withPytorch)
  const results = sets.map((set, index) => ({
    index,
    set,
    collector: createCollector(`encoder-${index}`, `The encoder alone, in process: ${set.title}`),
  }))
  return {
    runRound: async () => {
      const limit = await measureSgemm()
      for (const { collector } of results)
        collector.add(LIMIT, [{ metric: 'speed', unit: 'GF/s', value: limit }])
      for (const { name, command, args } of processes) {
        try {
          const report: unknown = JSON.parse(await runProcess(command, [...args, jobFile]))
          const { ms } = encodeReport.parse(report)
          for (const { index, set, collector } of results)
            collector.add(name, measuresOf(set, quantileOf(at(ms, index), 0.5), limit))
        } catch (error) {
          for (const { collector } of results) collector.fail(name, messageOf(error))
        }
      }
    },
    sections: () => results.map(({ collector }) => collector.section()),
  }
}

function processesOf(variants: readonly Variant[], withPytorch: boolean): EncoderProcess[] {
  const chosen = variants.filter(({ engine }) => engine !== 'auto')
  const processes = (chosen.length > 0 ? chosen : EVERY_ENGINE).map(engineProcess)
  if (!withPytorch) return processes
  const args = [PYTORCH_SCRIPT, 'encode', ENCODER_DIRECTORY]
  return [...processes, { name: PYTORCH, command: PYTORCH_PYTHON, args }]
}

function engineProcess({ engine, precision = 'fp32' }: Variant): EncoderProcess {
  const script = path.join(ROOT, 'dist/bench/encoder/engineProcess.js')
  return { name: `${engine} ${precision}`, command: process.execPath, args: [script, engine, precision] }
}

/** @param limit of the machine, in GF/s */
function measuresOf({ tokens, flops }: EncodeSet, ms: number, limit: number): Measure[] {
  const speed = flops / (ms / 1000) / 1e9
  return [
    { metric: 'speed', unit: 'GF/s', value: speed },
    { metric: 'speed', unit: '% of the limit', value: (100 * speed) / limit },
    { metric: 'speed', unit: 'tokens/s', value: tokens / (ms / 1000) },
    { metric: 'time', unit: 'ms', value: ms },
  ]
}
