import type { RequestHandler } from 'express'

/** Handlers that are loaded by the first request for them: a start would wait for megabytes that few servers are asked for. */
export function whenAsked(load: () => Promise<RequestHandler>): RequestHandler {
  let loading: Promise<RequestHandler> | undefined
  return async (req, res, next) => {
    loading ??= load().catch((error: unknown) => {
      // The next request tries again.
      loading = undefined
      throw error
    })
    const page = await loading
    await page(req, res, next)
  }
}
