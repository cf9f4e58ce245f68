import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

import { readCheckpoint } from '../../src/convert/checkpoint.js'
import { convertCheckpoint } from '../../src/convert/convert.js'
import { openSafetensors } from '../../src/tensor/safetensors.js'
import { mutateFiles } from './mutateFiles.js'
import type { Files } from './mutateFiles.js'
import type { Target } from './target.js'

/** The containers of a checkpoint, the side file of a `.safetensors` last. */
const CONTAINERS = ['.pkl', '.pt', '.safetensors']

/**
 * Checkpoints of LLimit v1, as `convert-model` reads and writes them, and safetensors of any kind.
 * @param fixtures folder of tiny ones
 */
export async function checkpoints(fixtures: string): Promise<Target[]> {
  const names = ['tiny-head.pkl', 'tiny-head-protocol5.pkl', 'tiny-head.pt', 'tiny-seed.pkl', 'tiny-seed.pt']
  const seeds: Files[] = []
  for (const name of names) seeds.push(await read(fixtures, [name]))
  for (const name of ['tiny-head', 'tiny-seed']) {
    seeds.push(await read(fixtures, [`${name}.safetensors`, `${name}.json`]))
  }
  return [
    {
      name: 'checkpoint',
      codes: ['INVALID_CHECKPOINT'],
      seeds,
      mutate: mutateFiles,
      read: convert,
    },
    {
      name: 'safetensors',
      codes: ['MODEL_BROKEN'],
      seeds: [await read(fixtures, ['tiny-head.safetensors'])],
      mutate: mutateFiles,
      read: async (folder) => {
        const file = await openSafetensors(path.join(folder, 'tiny-head.safetensors'))
        try {
          for (const name of file.names) await file.read(name)
        } finally {
          await file.close()
        }
      },
    },
  ]
}

async function read(folder: string, names: readonly string[]): Promise<Files> {
  const files = new Map<string, Buffer>()
  for (const name of names) files.set(name, await readFile(path.join(folder, name)))
  return files
}

/** As the command does, but for the encoder: any of the right width. */
async function convert(folder: string): Promise<void> {
  const names = await readdir(folder)
  const name = names.find((one) => CONTAINERS.includes(path.extname(one))) ?? 'missing.pkl'
  const checkpoint = await readCheckpoint(path.join(folder, name))
  const dimension = checkpoint.embeddingDimension
  const encoder = {
    name: 'any',
    dimension,
    sha256: '0'.repeat(64),
    embed: (prompts: readonly string[]) => Promise.resolve(prompts.map(() => new Float32Array(dimension))),
  }
  await convertCheckpoint(checkpoint, encoder, { root: path.join(folder, 'out'), name: 'x', replace: true })
}
