import path from 'node:path'

import { z } from 'zod'

import { LLimitError, quote } from '../errors.js'
import { checkJson, parseJson, readBytes } from '../jsonFile.js'

/** Tier -> the LLMs that it stands for. */
export type Tiers = ReadonlyMap<string, readonly string[]>

const llm = z.string('expected the name of an LLM').min(1, 'expected the name of an LLM')

const LLMS = 'expected the name of an LLM, or an array of names'

const tiersSchema = z
  .record(
    z.string(),
    z.union([llm, z.array(llm, LLMS).min(1, LLMS)], LLMS),
    'expected an object of LLMs by tier',
  )
  .refine((tiers) => Object.keys(tiers).length > 0, 'expected at least one tier')
  .refine((tiers) => !Object.hasOwn(tiers, ''), 'expected names of tiers that are not empty')

/**
 * Reads the file that says which LLMs the tiers of a gateway stand for: `{"SIMPLE": "gpt-4o-mini", "COMPLEX": ["gpt-4o", "o1"]}`.
 * @param file undefined: there are none
 * @throws LLimitError INVALID_FILE naming the tier, what is expected and what it has.
 */
export async function readTiers(file: string | undefined): Promise<Tiers> {
  if (file === undefined) return new Map()
  const origin = { name: path.basename(file), code: 'INVALID_FILE' } as const
  const text = (await readBytes(file, origin)).toString('utf8')
  const value = parseJson(text, z.json(), origin)
  const tiers = Object.entries(checkJson(value, tiersSchema, origin))
  const repeated = repeatedKey(text)
  if (repeated !== undefined) {
    throw new LLimitError(
      'INVALID_FILE',
      `${origin.name}: expected each tier once, got ${quote(repeated)} twice`,
    )
  }
  return new Map(tiers.map(([tier, llms]) => [tier, typeof llms === 'string' ? [llms] : [...new Set(llms)]]))
}

/**
 * The first key that comes twice, of which a parser silently keeps the last.
 * @param text an object whose values hold no other object
 */
function repeatedKey(text: string): string | undefined {
  const seen = new Set<string>()
  for (const [, key = ''] of text.matchAll(/("(?:[^"\\]|\\.)*")\s*(?=:)|"(?:[^"\\]|\\.)*"/g)) {
    if (key === '') continue
    const tier = JSON.parse(key) as string
    if (seen.has(tier)) return tier
    seen.add(tier)
  }
  return undefined
}
