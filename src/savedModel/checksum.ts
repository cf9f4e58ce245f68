import { createHash } from 'node:crypto'

import { LLimitError } from '../errors.js'

/**
 * Holds a file of a saved model to the checksum that its card has.
 * @throws LLimitError MODEL_BROKEN
 */
export function checkSha256(name: string, bytes: Uint8Array, sha256: string): void {
  const found = createHash('sha256').update(bytes).digest('hex')
  if (found === sha256) return
  const message = `Expected sha256 ${sha256} of ${name}, as card.json says, got ${found}`
  throw new LLimitError('MODEL_BROKEN', message)
}
