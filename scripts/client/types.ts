import openapiTS, { astToString } from 'openapi-typescript'
import type { OpenAPI3 } from 'openapi-typescript'

import { readConfig } from '../../src/config/config.js'
import { createOpenApi } from '../../src/http/openapi/document.js'

const HEAD = '// Generated from the OpenAPI document by `npm run client`; do not edit.\n\n'

/** The TypeScript of `client/schema.d.ts`: what each route takes and answers. */
export async function clientTypes(): Promise<string> {
  // The version is not in the types. Examples would be, as comments.
  const document = createOpenApi('', readConfig({}, {}).limits)
  const withoutExamples = JSON.parse(JSON.stringify(document), (key: string, value: unknown) =>
    key === 'example' || key === 'examples' ? undefined : value,
  ) as OpenAPI3
  // A field of a request that has a default may be left out.
  const nodes = await openapiTS(withoutExamples, { defaultNonNullable: false })
  return HEAD + astToString(nodes)
}
