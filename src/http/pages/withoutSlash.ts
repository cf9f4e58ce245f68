import type { RequestHandler } from 'express'

/**
 * Links of a page are relative, since only the proxy in front of it knows its whole address: `/docs/` would have other links
 * than `/docs`, so it leads there.
 */
export const withoutSlash: RequestHandler = (req, res, next) => {
  const path = req.originalUrl.split('?', 1).join()
  if (!path.endsWith('/')) {
    next()
    return
  }
  const name = path.split('/').at(-2)
  res.redirect(307, `../${name}`)
}
