import { Thread } from '../../thread/thread.js'
import { parseBody } from './parseBody.js'
import type { ParserCalls } from './worker.js'

/** A larger body is parsed in a thread: 16 MB of escapes or of letters outside of ASCII take a quarter of a second. */
const MAX_INLINE_BYTES = 512 * 1024

/** Parses bodies, large ones in a thread that starts with the first of them: what comes back of 16 MB takes 10 ms here. */
export class BodyParser {
  #thread: Thread<ParserCalls> | undefined

  /** @throws LLimitError INVALID_JSON, ENGINE_UNAVAILABLE */
  parse(bytes: Uint8Array): unknown {
    if (bytes.length <= MAX_INLINE_BYTES) return parseBody(bytes)
    this.#thread ??= new Thread<ParserCalls>({
      title: 'The thread that reads large requests',
      script: new URL('./worker.js', import.meta.url),
      setUp: () => Promise.resolve(),
      endsWithProcess: true,
    })
    return this.#thread.call('parse', bytes)
  }
}
