import type { RequestHandler } from 'express'

/** Serves every path also under this one, for a proxy that does not strip it; a probe comes past the proxy. */
export function underBasePath(base: string): RequestHandler {
  return (req, _res, next) => {
    const rest = req.url.startsWith(base) ? req.url.slice(base.length) : undefined
    if (rest === '' || rest?.startsWith('?')) req.url = `/${rest}`
    else if (rest?.startsWith('/')) req.url = rest
    next()
  }
}
