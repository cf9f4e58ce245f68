import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { Router } from 'express'

import { LLimitError, messageOf } from '../../errors.js'
import { allowOnly } from '../errors.js'
import { pagePolicy } from '../headers.js'

/** Where the build puts what is compiled from src/playground: dist/playground. */
const FOLDER = fileURLToPath(new URL('../../../playground', import.meta.url))

/**
 * The page that shows what `POST /rank` answers; to be mounted at `/playground`. Its links are relative, so that it also works
 * behind a proxy that serves this server below a path.
 * @throws LLimitError INTERNAL if it is not built.
 */
export function playgroundPage(): Router {
  const files = builtFiles()
  const { html, modules } = pageOf(files)
  const router = Router({ caseSensitive: true, strict: true })
  router
    .route('/')
    .get(pagePolicy(), (req, res) => {
      // Below a slash at its end the relative links would lead elsewhere.
      if (/^[^?]*\/(?:\?|$)/.test(req.originalUrl)) res.redirect(308, '../playground')
      else res.type('html').set('Cache-Control', 'no-cache').send(html)
    })
    .all(allowOnly('GET', 'HEAD'))
  for (const name of ['page.css', ...modules]) {
    router
      .route(`/${name}`)
      .get((_req, res) => {
        // A page and modules of different versions would not work together.
        res.type(path.extname(name)).set('Cache-Control', 'no-cache').send(files.get(name))
      })
      .all(allowOnly('GET', 'HEAD'))
  }
  return router
}

/** The page, told of all modules so that a browser need not find one through the other. */
function pageOf(files: ReadonlyMap<string, string>): { html: string; modules: string[] } {
  const modules = [...files.keys()].filter((name) => name.endsWith('.js'))
  const links = modules.map((name) => `<link rel="modulepreload" href="playground/${name}" />`)
  const page = files.get('page.html')
  if (page === undefined || modules.length === 0) {
    throw new LLimitError('INTERNAL', `Expected page.html and its modules in ${FOLDER}; run "npm run build"`)
  }
  return { html: page.replace('</head>', `${links.join('')}</head>`), modules }
}

function builtFiles(): Map<string, string> {
  try {
    return new Map(readdirSync(FOLDER).map((name) => [name, readFileSync(path.join(FOLDER, name), 'utf8')]))
  } catch (cause) {
    throw new LLimitError(
      'INTERNAL',
      `The playground is not built: ${messageOf(cause)}; run "npm run build"`,
      { cause },
    )
  }
}
