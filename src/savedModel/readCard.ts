import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'

import { CARD_FILE, cardSchema } from '../card.js'
import type { Card } from '../card.js'
import { LLimitError } from '../errors.js'
import { describeIssues } from '../validation.js'

/**
 * @param file path of a card.json
 * @returns the card and the sha256 of its bytes.
 * @throws LLimitError MODEL_BROKEN if there is no card, or it is invalid.
 */
export async function readCard(file: string): Promise<{ card: Card; sha256: string }> {
  let bytes: Buffer
  let json: unknown
  try {
    bytes = await readFile(file)
    json = JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw new LLimitError('MODEL_BROKEN', `${CARD_FILE} cannot be read`, { cause })
  }
  return { card: parseCard(json), sha256: createHash('sha256').update(bytes).digest('hex') }
}

/** @throws LLimitError MODEL_BROKEN, naming the fields that are invalid. */
export function parseCard(json: unknown): Card {
  const parsed = cardSchema.safeParse(json, { reportInput: true })
  if (parsed.success) return parsed.data
  throw new LLimitError(
    'MODEL_BROKEN',
    `${CARD_FILE} is invalid: ${describeIssues(parsed.error, 'the card')}`,
  )
}
