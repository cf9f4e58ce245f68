import { readFile } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'

import { z } from 'zod'

import { messageOf } from '../../src/errors.js'
import { readEncoderSpec } from '../../src/encoder/directory.js'
import { OPEN_ENGINE } from '../../src/encoder/openEngine.js'
import { ENGINES, PRECISIONS } from '../../src/engines.js'
import { pack } from '../../src/encoder/packing.js'
import { ENCODER_DIRECTORY } from '../paths.js'
import type { EncodeJob, EncodeReport } from './job.js'

const programArguments = z.tuple([z.enum(ENGINES), z.enum(PRECISIONS), z.string()])

/** node engineProcess.js <engine> <precision> <job.json>: does an EncodeJob and prints an EncodeReport. */
async function main(args: readonly string[]): Promise<void> {
  const [engineName, precision, jobFile] = programArguments.parse(args)
  const job = JSON.parse(await readFile(jobFile, 'utf8')) as EncodeJob
  const engine = await OPEN_ENGINE[engineName](await readEncoderSpec(ENCODER_DIRECTORY), precision)

  const ms: number[][] = []
  for (const batches of job.sets) {
    const packed = batches.map((batch) => pack(batch.map((ids) => Int32Array.from(ids))))
    const times: number[] = []
    for (let pass = 0; pass <= job.repeats; pass++) {
      const begin = performance.now()
      for (const tokens of packed) await engine.encode(tokens)
      times.push(performance.now() - begin)
    }
    ms.push(times.slice(1))
  }
  const report: EncodeReport = { ms }
  process.stdout.write(JSON.stringify(report) + '\n')
  await engine.dispose()
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(messageOf(error) + '\n')
  process.exit(1)
})
