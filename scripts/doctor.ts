import { parseArgs } from 'node:util'

import { ENGINES, PRECISIONS, readConfig } from '../src/config.js'
import type { EngineName, Precision } from '../src/config.js'
import { readEncoderSpec } from '../src/encoder/directory.js'
import type { EncoderSpec } from '../src/encoder/directory.js'
import { openThread, SUPPORTED } from '../src/encoder/ladder.js'
import { messageOf } from '../src/errors.js'
import { findEncoder } from '../src/registry/listing.js'
import { print, runScript } from './run.js'

const USAGE = `npm run doctor [-- --encoder all-MiniLM-L6-v2]

Opens every engine of the encoder in every precision, one after the other, and prints whether it loads, how far it is from
the reference vectors, how long it takes for 1 prompt of 16 tokens, 1 of 111 and 32 of 32, and the memory it added.`

const MEBIBYTE = 2 ** 20

await runScript(USAGE, async () => {
  const { values } = parseArgs({ options: { encoder: { type: 'string', default: 'all-MiniLM-L6-v2' } } })
  const { encoderRoots } = readConfig()
  const spec = await readEncoderSpec(await findEncoder(encoderRoots, values.encoder))
  const { bert, pooling } = spec
  print(
    `${values.encoder}: ${bert.num_hidden_layers} layers of ${bert.hidden_size}, ${pooling} pooling, sha256 ${spec.sha256}\n`,
  )
  print(row('engine', 'precision', 'error', 'cosine', '1x16 ms', '1x111 ms', '32x32 ms', 'memory', 'what'))
  for (const engine of ENGINES) {
    for (const precision of PRECISIONS.filter((one) => SUPPORTED[engine].includes(one))) {
      print(await examine(spec, engine, precision))
    }
  }
})

async function examine(spec: EncoderSpec, engine: EngineName, precision: Precision): Promise<string> {
  const before = process.memoryUsage().rss
  try {
    const { thread, opened } = await openThread(spec, { engine, precision })
    const memory = `${((process.memoryUsage().rss - before) / MEBIBYTE).toFixed(0)} MiB`
    await thread.close()
    const { maxError, minCosine, shortMs, singleMs, batchMs, description } = opened
    const numbers = [
      maxError.toExponential(1),
      minCosine.toFixed(6),
      shortMs.toFixed(1),
      singleMs.toFixed(1),
      batchMs.toFixed(0),
    ]
    return row(engine, precision, ...numbers, memory, description)
  } catch (error) {
    return row(engine, precision, '-', '-', '-', '-', '-', '-', messageOf(error))
  }
}

function row(...cells: string[]): string {
  const widths = [12, 9, 9, 9, 8, 9, 9, 9]
  return cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' ')
}
