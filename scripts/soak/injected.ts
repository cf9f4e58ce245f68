import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { CARD_FILE, cardSchema } from '../../src/card.js'
import { activate } from '../../src/savedModel/versions.js'
import { messageOf } from '../../src/errors.js'

/** What goes on with the files of the server meanwhile. */

const SWAP_EVERY_MS = 5_000
const VERSIONS = [1, 2]

/** Copies the saved models of a folder, but for the encoders, which nobody changes, and adds a broken one. */
export async function copySavedModels(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  for (const name of await readdir(from)) {
    if (name === 'encoders') await symlink(path.join(from, name), path.join(to, name))
    else await cp(path.join(from, name), path.join(to, name), { recursive: true })
  }
  await replaceFirstVersion(path.join(to, 'dense_network'))
  const broken = path.join(to, 'dense_network/broken')
  await cp(path.join(to, 'dense_network/default'), broken, { recursive: true })
  // Its checksum is not that of the card any more.
  const weights = (await readdir(broken)).find((name) => name.endsWith('.bin')) ?? 'model.json'
  const bytes = await readFile(path.join(broken, weights))
  await writeFile(path.join(broken, weights), bytes.subarray(0, bytes.length / 2))
}

/** Version 1 may rest on another encoder; here it is the latest one by another number, so that its answers take as long. */
async function replaceFirstVersion(folder: string): Promise<void> {
  const first = path.join(folder, 'default@1')
  await rm(first, { recursive: true, force: true })
  await cp(path.join(folder, 'default'), first, { recursive: true })
  const file = path.join(first, CARD_FILE)
  const card = cardSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  await writeFile(file, JSON.stringify({ ...card, version: 1 }))
}

/** Makes one version of `default` live after the other, until it is stopped; gives how often. */
export function swapVersions(root: string): { stop: () => Promise<{ swaps: number; failures: string[] }> } {
  const controller = new AbortController()
  const failures: string[] = []
  let swaps = 0
  const swapping = (async () => {
    const isStopped = () => controller.signal.aborted
    for (;;) {
      await sleep(SWAP_EVERY_MS, undefined, { signal: controller.signal }).catch(() => undefined)
      if (isStopped()) return
      const version = VERSIONS[swaps % VERSIONS.length] ?? 1
      try {
        await activate({ root, type: 'dense_network', name: 'default' }, version)
        swaps++
      } catch (error) {
        failures.push(messageOf(error))
      }
    }
  })()
  return {
    stop: async () => {
      controller.abort()
      await swapping
      return { swaps, failures }
    },
  }
}
