import { mkdir, stat } from 'node:fs/promises'
import path from 'node:path'

/**
 * Makes a folder and those above it, unless they are there. Node's own `recursive` never ends where a folder cannot be made
 * though the one above it is there, as in /proc.
 * @throws the error of the file system
 */
export async function makeFolder(folder: string): Promise<void> {
  const above = path.dirname(folder)
  if (above !== folder && !(await isFolder(above))) await makeFolder(above)
  try {
    await mkdir(folder)
  } catch (error) {
    if (!(await isFolder(folder))) throw error
  }
}

async function isFolder(folder: string): Promise<boolean> {
  return await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  )
}
