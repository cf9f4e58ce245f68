import { mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { LLimitError } from '../errors.js'

/**
 * Writes a saved model as a whole: into a hidden folder beside its place, then renamed into it, so that a server that is
 * running sees the old one or the new one and a failure leaves nothing half-written.
 * @param files file name -> bytes
 * @throws LLimitError INVALID_REQUEST where the place is taken and `replace` is not set.
 */
export async function writeDirectory(
  directory: string,
  files: ReadonlyMap<string, Uint8Array>,
  replace: boolean,
): Promise<void> {
  const parent = path.dirname(directory)
  const taken = await exists(directory)
  if (taken && !replace) {
    throw new LLimitError('INVALID_REQUEST', `${directory} exists already; give --replace or another --name`)
  }
  await mkdir(parent, { recursive: true })
  const staging = await mkdtemp(path.join(parent, '.writing-'))
  try {
    const fresh = path.join(staging, 'new')
    await mkdir(fresh)
    for (const [name, bytes] of files) await writeFile(path.join(fresh, name), bytes)
    if (taken) await rename(directory, path.join(staging, 'old'))
    await rename(fresh, directory)
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}
