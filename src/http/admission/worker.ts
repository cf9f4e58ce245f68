import { serveCalls } from '../../thread/serve.js'
import { parseBody } from './parseBody.js'

/** What the thread does for the main thread. */
export interface ParserCalls {
  parse: (bytes: Uint8Array) => unknown
}

serveCalls<ParserCalls>({ parse: parseBody })
