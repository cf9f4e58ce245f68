import path from 'node:path'

import { valueAt } from '../../src/numeric/at.js'
import type { Random } from '../../src/numeric/random.js'
import { entriesOf, mutateSafetensors, mutateZip } from './containers.js'
import { below, mutateBytes } from './mutateBytes.js'
import { mutateJson } from './mutateJson.js'
import type { Json } from './mutateJson.js'
import { mutateText } from './mutateText.js'

/** Files of a folder: name, with slashes, -> bytes. */
export type Files = ReadonlyMap<string, Buffer>

/** Changes one file or two of a folder, each by what it holds. */
export async function mutateFiles(files: Files, random: Random): Promise<Files> {
  const changed = new Map(files)
  // Each one once: what is no zip archive any more cannot be changed as one.
  const names = [...files.keys()]
  const count = random() < 0.2 ? 2 : 1
  for (let i = 0; i < count && names.length > 0; i++) {
    const [name] = names.splice(below(names.length, random), 1)
    if (name === undefined) break
    const kind = below(40, random)
    if (kind === 0) changed.delete(name)
    else if (kind === 1) changed.set(name, Buffer.alloc(0))
    else changed.set(name, await mutateFile(name, valueAt(changed, name), random))
  }
  return changed
}

async function mutateFile(name: string, bytes: Buffer, random: Random): Promise<Buffer> {
  switch (path.extname(name)) {
    case '.json':
      return mutateJsonFile(bytes, random)
    case '.safetensors':
      return mutateSafetensors(bytes, random)
    case '.pt':
      return mutateZip(await entriesOf(bytes), random)
    case '.jsonl':
    case '.csv':
    case '.txt':
      return mutateText(bytes.toString('utf8'), random)
    default:
      return mutateBytes(bytes, random)
  }
}

function mutateJsonFile(bytes: Buffer, random: Random): Buffer {
  if (random() < 0.15) return mutateBytes(bytes, random)
  const value = JSON.parse(bytes.toString('utf8')) as Json
  const text = Buffer.from(mutateJson(value, random))
  return random() < 0.1 ? Buffer.concat([Buffer.from('\ufeff'), text]) : text
}
