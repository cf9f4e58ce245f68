import type { Response } from 'express'

import { RequestTrace } from '../telemetry/requestTrace.js'

declare module 'express-serve-static-core' {
  interface Locals {
    trace?: RequestTrace
  }
}

/** Begins to count what becomes of a request. */
export function startTrace(res: Response): RequestTrace {
  const trace = new RequestTrace()
  res.locals.trace = trace
  return trace
}

/** What the service is to tell of this request; undefined if nobody wants to know. */
export function traceOf(res: Response): RequestTrace | undefined {
  return res.locals.trace
}

/** https://www.w3.org/TR/server-timing/: `read;dur=0.21, score;dur=0.3, total;dur=0.62`, in milliseconds. */
export function serverTiming(trace: RequestTrace): string {
  let text = ''
  for (const [stage, ms] of trace.stages) text += `${stage};dur=${ms.toFixed(2)}, `
  return `${text}total;dur=${trace.elapsedMs.toFixed(2)}`
}
