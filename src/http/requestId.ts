import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** What a client may choose: one word in any log. */
const REQUEST_ID = /^[\w.:/+=@-]{1,128}$/

/** https://www.w3.org/TR/trace-context/: version, trace, parent, flags. All zeros name nothing. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/

interface RequestId {
  /** That of the client if it is sane, else a new one. */
  id: string
  /** The header of a W3C trace that the request is part of, and the trace in it. */
  traceparent: string | undefined
  traceId: string | undefined
}

export function requestIdOf(headers: IncomingHttpHeaders): RequestId {
  const id = headers['x-request-id']
  const traceparent = headers['traceparent']
  const traceId = typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent)?.[1] : undefined
  return {
    id: typeof id === 'string' && REQUEST_ID.test(id) ? id : randomUUID(),
    traceparent: traceId === undefined ? undefined : String(traceparent),
    traceId,
  }
}
