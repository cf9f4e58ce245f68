import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { codeOf, LLimitError } from '../errors.js'
import { makeFolder } from '../makeFolder.js'

const LOCK_FILE = 'lock'

/**
 * Keeps other runs out of a folder, which is made if it is not there: two would ask the same twice. The lock of a process that has
 * crashed counts for nothing.
 * @returns what gives the folder free
 * @throws LLimitError CONFLICT if another process works there.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  await makeFolder(folder)
  const file = path.join(folder, LOCK_FILE)
  const own = `${process.pid}\n`
  try {
    await writeFile(file, own, { flag: 'wx' })
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    const owner = Number(await readFile(file, 'utf8'))
    if (isRunning(owner)) {
      const message = `process ${owner} collects into ${folder}; wait for it, or choose another --out (or remove ${file} if it does not)`
      throw new LLimitError('CONFLICT', message, { cause: error })
    }
    await writeFile(file, own)
  }
  return () => rm(file, { force: true })
}

function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // One of somebody else's is there too.
    return codeOf(error) === 'EPERM'
  }
}
