import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'

import { codeOf } from '../errors.js'

/** Changes whenever one of the files is written, replaced, added or removed. */
export async function stampOfFiles(directory: string, names: readonly string[]): Promise<string> {
  const stamps = names.map(async (name) => {
    try {
      const { ino, mtimeNs, ctimeNs, size } = await stat(path.join(directory, name), { bigint: true })
      return [name, ino, mtimeNs, ctimeNs, size].join(' ')
    } catch (error) {
      return `${name} ${codeOf(error) ?? 'unknown'}`
    }
  })
  return (await Promise.all(stamps)).join('\n')
}

/** The same of all files below a folder. */
export async function stampOfFolder(directory: string): Promise<string> {
  const names = await readdir(directory, { recursive: true }).catch(() => [])
  return stampOfFiles(directory, names.sort())
}
