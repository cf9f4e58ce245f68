import { isUtf8 } from 'node:buffer'

import { LLimitError, messageOf } from '../../errors.js'

const BYTE_ORDER_MARK = Buffer.from('\ufeff')

/**
 * The JSON value of a body, which may begin with a byte order mark.
 * @throws LLimitError INVALID_JSON
 */
export function parseBody(bytes: Uint8Array): unknown {
  if (!isUtf8(bytes)) throw new LLimitError('INVALID_JSON', 'The request body is not valid UTF-8')
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const hasMark = buffer.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)
  try {
    return JSON.parse(buffer.toString('utf8', hasMark ? BYTE_ORDER_MARK.length : 0))
  } catch (error) {
    throw new LLimitError('INVALID_JSON', `The request body is not valid JSON (${messageOf(error)})`)
  }
}
