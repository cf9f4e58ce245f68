import { parseArgs } from 'node:util'

import { LLimitError } from '../src/errors.js'
import type { Variant } from './contenders/llimit.js'

export const USAGE = `npm run bench -- [--quick] [--rounds 3] [--only single,encoder] [--engine onnxruntime:fp32,tensorflow:bf16]
                [--precision fp32] [--peers PyTorch,infinity-emb] [--out .cache/bench/results]

Starts this server and every peer that is installed (bench/README.md), gives all of them the same prompts in interleaved
rounds, and writes performance.md, performance.json and performance.svg.

--quick      a few requests of each kind: shows that everything works, measures nothing
--rounds     how often everything is measured; the report has medians over the rounds
--only       workloads by name; all by default
--engine     variants of this server, each engine[:precision]; "auto", the default, leaves the choice to the server
--precision  of the engines that name none
--peers      peers by name, or "none"; all by default
--out        folder of the report, for example docs`

export interface Options {
  quick: boolean
  rounds: number
  /** Ids of workloads; undefined for all. */
  only: string[] | undefined
  variants: Variant[]
  /** Names of peers; undefined for all. */
  peers: string[] | undefined
  out: string
}

/** @throws LLimitError INVALID_REQUEST, and what `parseArgs` throws. */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      only: { type: 'string' },
      engine: { type: 'string', default: 'auto' },
      precision: { type: 'string' },
      peers: { type: 'string' },
      out: { type: 'string', default: '.cache/bench/results' },
    },
  })
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 3))
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new LLimitError(
      'INVALID_REQUEST',
      `--rounds must be a whole number from 1; it is ${values.rounds ?? ''}`,
    )
  }
  const variants = values.engine.split(',').map((text): Variant => {
    const [engine = '', precision = values.precision] = text.split(':')
    return precision === undefined ? { engine } : { engine, precision }
  })
  return {
    quick: values.quick,
    rounds,
    only: values.only?.split(','),
    variants,
    peers: values.peers?.split(','),
    out: values.out,
  }
}
