import path from 'node:path'

import { startBackend } from '../../src/tensor/backend.js'
import { checkpoints } from './checkpoints.js'
import { encoderFolders } from './encoderFolders.js'
import { peopleFiles } from './peopleFiles.js'
import { savedModels } from './savedModels.js'
import { filesIn, networks, writeBert, writeModel, writeStatic } from './seeds.js'
import type { Target } from './target.js'

/**
 * All readers, with the files that they begin from.
 * @param root an empty folder for those
 * @param fixtures folder of tiny checkpoints
 */
export async function openTargets(root: string, fixtures: string): Promise<Target[]> {
  await startBackend(['wasm', 'cpu'])
  const encoder = path.join(root, 'encoders/tiny')
  await writeStatic(encoder)
  await writeBert(path.join(root, 'bert'))
  const { gated, tower } = networks()
  await writeModel(root, 'gated', gated)
  await writeModel(root, 'tower', tower)
  const models = ['gated', 'tower'].map((name) => filesIn(path.join(root, 'dense_network', name)))
  return [
    ...(await checkpoints(fixtures)),
    savedModels(root, await Promise.all(models)),
    ...encoderFolders(await filesIn(encoder), await filesIn(path.join(root, 'bert'))),
    ...peopleFiles,
  ]
}
