import { parseArgs } from 'node:util'

import { countTokens } from 'gpt-tokenizer/encoding/o200k_base'
import { z } from 'zod'

import { openRows } from '../src/lines/records.js'
import { quantileOf } from '../src/numeric/quantile.js'
import { estimatedTokens } from '../src/tokenizer/tokenEstimate.js'
import { parseRow } from '../src/validation.js'

/** `npm run token-error -- <files of outcomes>`: how far estimated tokens are from those of o200k_base, for each split. */
const { positionals: files } = parseArgs({ allowPositionals: true })
const row = z.looseObject({ prompt: z.string().min(1), split: z.string().default('') })

interface Tally {
  errors: number[]
  estimated: number
  counted: number
}

const tallies = new Map<string, Tally>()
const seen = new Set<string>()
for (const file of files) {
  for await (const line of openRows(file).rows('json')) {
    const { prompt, split } = parseRow(row, line)
    if (seen.has(prompt)) continue
    seen.add(prompt)
    const [estimated, counted] = [estimatedTokens(prompt), countTokens(prompt)]
    const tally = tallies.get(split) ?? { errors: [], estimated: 0, counted: 0 }
    tallies.set(split, tally)
    tally.errors.push(Math.abs(estimated - counted) / counted)
    tally.estimated += estimated
    tally.counted += counted
  }
}
const percent = (share: number) => `${(100 * share).toFixed(1)} %`
for (const [split, { errors, estimated, counted }] of tallies) {
  const [half, most, nearlyAll] = [0.5, 0.9, 0.99].map((share) => percent(quantileOf(errors, share)))
  const total = percent(estimated / counted - 1)
  process.stdout.write(
    `${split}: ${errors.length} prompts, error ${half} (median), ${most} (90 %), ${nearlyAll} (99 %); in all ${total}\n`,
  )
}
