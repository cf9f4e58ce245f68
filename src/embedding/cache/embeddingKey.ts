import { hash } from 'node:crypto'

/**
 * The key of a prompt's embedding. The hash is strong, so no prompt can be made to get the answer of another one. It is
 * taken over UTF-16, the string as it is: UTF-8 has the same bytes for every lone surrogate.
 * About 1 µs for 60 characters, 33 µs for 20,000.
 *
 * @param encoder changes with everything that the vector rests on, the tokenizer included.
 */
export function embeddingKey(encoder: string, precision: string, prompt: string): string {
  return `${encoder}:${precision}:${hash('sha256', Buffer.from(prompt, 'utf16le'), 'base64url')}`
}
