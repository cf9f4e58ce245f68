import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { clientTypes } from './client/types.js'

/** Compiled scripts are in dist/scripts, two folders below the root. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** `npm run client`: writes the types of the TypeScript client from the OpenAPI document. */
await writeFile(path.join(ROOT, 'client/schema.d.ts'), await clientTypes())
