import { Router } from 'express'
import swaggerUi from 'swagger-ui-express'

import { allowOnly } from '../errors.js'
import { pagePolicy } from '../headers.js'
import { withoutSlash } from './withoutSlash.js'

/** What the page loads; the rest of the swagger-ui-dist package, with its demo page and source maps, is not served. */
const FILES = [
  'swagger-ui.css',
  'swagger-ui-bundle.js',
  'swagger-ui-standalone-preset.js',
  'swagger-ui-init.js',
  'favicon-16x16.png',
  'favicon-32x32.png',
]

/** Swagger UI for the OpenAPI document at `/openapi.json`; to be mounted at `/docs`. */
export function swaggerUiPage(): Router {
  const options = {
    customSiteTitle: 'LLimit Model Selection API',
    customCss: '.swagger-ui .topbar { display: none }',
    swaggerUrl: 'openapi.json',
    // Without this, the page asks validator.swagger.io for a badge.
    swaggerOptions: { validatorUrl: null },
  }
  // Its links are relative to /docs/, and the page is at /docs.
  const html = swaggerUi.generateHTML(undefined, options).replaceAll('"./', '"docs/')

  const router = Router({ caseSensitive: true, strict: true })
  router
    .route('/')
    .get(withoutSlash, pagePolicy(), (_req, res) => {
      res.type('html').send(html)
    })
    .all(allowOnly('GET', 'HEAD'))
  for (const file of FILES) {
    router.route(`/${file}`).get(swaggerUi.serveFiles(undefined, options)).all(allowOnly('GET', 'HEAD'))
  }
  return router
}
