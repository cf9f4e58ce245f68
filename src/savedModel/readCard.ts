import { createHash } from 'node:crypto'

import { CARD_FILE, cardSchema } from '../card.js'
import type { Card } from '../card.js'
import { checkJson, parseJson, readBytes } from '../jsonFile.js'

/** A card of 519 LLMs has 52 KB. */
const MAX_BYTES = 4 * 2 ** 20

const ORIGIN = { name: CARD_FILE, code: 'MODEL_BROKEN' } as const

/**
 * @param file path of a card.json
 * @param check throws if these bytes are not to be used.
 * @returns the card and the sha256 of its bytes.
 * @throws LLimitError MODEL_BROKEN if there is no card, or it is invalid, naming the fields that are.
 */
export async function readCard(
  file: string,
  check?: (bytes: Buffer) => Promise<void> | undefined,
): Promise<{ card: Card; sha256: string }> {
  const bytes = await readBytes(file, ORIGIN, MAX_BYTES)
  await check?.(bytes)
  const card = parseJson(bytes.toString('utf8'), cardSchema, ORIGIN)
  return { card, sha256: createHash('sha256').update(bytes).digest('hex') }
}

/** @throws LLimitError MODEL_BROKEN, naming the fields that are invalid. */
export function parseCard(json: unknown): Card {
  return checkJson(json, cardSchema, ORIGIN)
}
