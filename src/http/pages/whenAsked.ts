import type { RequestHandler } from 'express'

/** Pages that are loaded by the first request for them: a start would wait for megabytes that few servers are asked for. */
export function whenAsked(load: () => Promise<RequestHandler>): RequestHandler {
  let loading: Promise<RequestHandler> | undefined
  return async (req, res, next) => {
    loading ??= load()
    try {
      const page = await loading
      page(req, res, next)
    } catch (error) {
      // The next request tries again.
      loading = undefined
      throw error
    }
  }
}
