import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

import { z } from 'zod'

import { codeOf, LLimitError, quote } from '../errors.js'
import { entriesOf, setting, variableOf } from './setting.js'

/** Who may ask what, and under which path. */
export const DOOR_SETTINGS = {
  apiKeys: setting(
    z.string().optional(),
    'keys',
    'keys of which requests must have one, with commas between them; also sha256:<hash>',
  ),
  apiKeysFile: setting(z.string().min(1).optional(), 'file', 'file of such keys, one a line'),
  metrics: setting(
    z.enum(['key', 'open', 'off']).default('key'),
    'access',
    'who gets /metrics: key (who has one, if there are keys), open, off',
  ),
  corsOrigins: setting(
    z.string().default(''),
    'origins',
    'origins whose pages may ask, such as https://a.example, with commas between them, or *; empty: none',
  ),
  basePath: setting(
    z
      .string()
      .regex(/^(\/(?!\.\.?(\/|$))[\w.~-]+)*$/, 'expected a path such as /llimit, or nothing')
      .default(''),
    'path',
    'path under which a proxy that does not strip it serves this; empty: the root',
  ),
}

type DoorSettings = z.output<z.ZodObject<typeof DOOR_SETTINGS>>

/** Who may ask what, and under which path. */
export interface Doors {
  /** SHA-256 of each key; requests need none if there is none. */
  keyHashes: Buffer[]
  metrics: DoorSettings['metrics']
  /** `*`, or origins as browsers write them. */
  corsOrigins: string[]
  basePath: string
}

/** Nobody needs a key. */
export const OPEN: Doors = { keyHashes: [], metrics: 'key', corsOrigins: [], basePath: '' }

/** A key that can be guessed is none: 16 random letters have 76 bits or more. */
const KEY = /^[\x21-\x7e]{16,512}$/
const HASH = /^sha256:([0-9a-f]{64})$/i
/** What was meant as a hash, or is in quotes, as files of variables have it: as a key it would be none that a client knows. */
const NO_KEY = /^sha-?256:|^(["'`]).*\1$/i
/** From a # at the beginning of a line, or after a blank. Its words must not become keys. */
const COMMENT = /(?<!\S)#[^\r\n]*/g

/** @throws LLimitError INVALID_CONFIG, which never shows a key. */
export function doorsOf({ apiKeys, apiKeysFile, metrics, corsOrigins, basePath }: DoorSettings): Doors {
  const inFile = apiKeysFile === undefined ? undefined : keysIn(readKeys(apiKeysFile), 'apiKeysFile')
  const given = apiKeys === undefined ? undefined : keysIn(apiKeys, 'apiKeys')
  const origins = entriesOf(corsOrigins)
  for (const origin of origins) checkOrigin(origin)
  return { keyHashes: [...(given ?? []), ...(inFile ?? [])], metrics, corsOrigins: origins, basePath }
}

function readKeys(file: string): string {
  try {
    // Editors on Windows begin a file with a byte order mark, which is white space to a program.
    return readFileSync(file, 'utf8').replace(COMMENT, '')
  } catch (thrown) {
    // Neither its message nor itself, which name the file: it may be a key that was meant for the other setting.
    const reason = codeOf(thrown) ?? 'no reason'
    throw invalid('apiKeysFile', `expected a file of keys, got one that cannot be read (${reason})`)
  }
}

function keysIn(text: string, name: 'apiKeys' | 'apiKeysFile'): Buffer[] {
  const keys = text.split(/[\s,]+/).filter((key) => key !== '')
  // Whoever sets it wants a door that is closed.
  if (keys.length === 0) throw invalid(name, 'expected at least one key, got none')
  return keys.map((key, i) => {
    const hash = HASH.exec(key)?.[1]
    if (hash !== undefined) return Buffer.from(hash, 'hex')
    if (!KEY.test(key) || NO_KEY.test(key)) {
      const expected =
        'expected keys of 16 to 512 visible ASCII characters without quotes around them, or sha256: and 64 hexadecimal digits'
      throw invalid(name, `${expected}; number ${i + 1} is neither`)
    }
    return createHash('sha256').update(key).digest()
  })
}

function checkOrigin(origin: string): void {
  if (origin === '*') return
  if (!origin.includes('*') && URL.canParse(origin) && new URL(origin).origin === origin) return
  throw invalid('corsOrigins', `expected origins such as https://a.example:8443, or *, got ${quote(origin)}`)
}

function invalid(name: keyof DoorSettings, problem: string): LLimitError {
  return new LLimitError('INVALID_CONFIG', `${variableOf(name)}: ${problem}`)
}
