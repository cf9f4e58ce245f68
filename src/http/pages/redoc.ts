import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

import { Router } from 'express'
import { redocHtml } from 'redoc-express/dist/redoc-html-template.js'

import { LLimitError } from '../../errors.js'
import { allowOnly } from '../errors.js'
import { pagePolicy } from '../headers.js'
import { withoutSlash } from './withoutSlash.js'

/** Redoc for the OpenAPI document at `/openapi.json`; to be mounted at `/redoc`. */
export function redocPage(): Router {
  const html = pageWithoutNetwork()
  const bundle = bundleWithoutNetwork()

  const router = Router({ caseSensitive: true })
  router
    .route('/')
    .get(withoutSlash, pagePolicy(`'sha256-${hashOfInlineScript(html)}'`), (_req, res) => {
      res.type('html').send(html)
    })
    .all(allowOnly('GET', 'HEAD'))
  router
    .route('/redoc.standalone.js')
    .get((_req, res) => {
      res.type('js').set('Cache-Control', 'public, max-age=3600').send(bundle)
    })
    .all(allowOnly('GET', 'HEAD'))
  return router
}

/** redoc-express takes its script and its fonts from the internet; ours come from this server and the reader's system. */
function pageWithoutNetwork(): string {
  return redocHtml({
    title: 'LLimit Model Selection API',
    specUrl: 'openapi.json',
    redocOptions: {
      theme: {
        typography: {
          fontFamily: 'system-ui, sans-serif',
          headings: { fontFamily: 'system-ui, sans-serif' },
        },
      },
    },
  })
    .replace(/<link href="https:[^>]*>/, '<link rel="icon" href="data:," />')
    .replace(/src="https:[^"]*redoc\.standalone\.js"/, 'src="redoc/redoc.standalone.js"')
}

/** The bundle asks a CDN for the logo in its footer. An image that does not load is left out, which is what we want. */
function bundleWithoutNetwork(): string {
  const path = createRequire(import.meta.url).resolve('redoc/bundles/redoc.standalone.js')
  return readFileSync(path, 'utf8').replace(/https:\/\/cdn\.redoc\.ly\/[\w./-]+/g, 'data:,')
}

function hashOfInlineScript(html: string): string {
  const script = /<script>([^]*?)<\/script>/.exec(html)?.[1]
  if (script === undefined)
    throw new LLimitError('INTERNAL', 'Expected an inline script in the page of redoc-express, got none')
  return createHash('sha256').update(script).digest('base64')
}
