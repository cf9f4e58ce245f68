import path from 'node:path'

import { writeOnnxModel } from '../peers/onnxModel.js'
import { CACHE, ROOT } from '../paths.js'
import { installedVersions } from '../versions.js'
import type { Absent, Contender } from './contender.js'
import { embeddingMessages } from './messages.js'

const NAME = 'transformers.js'
const PACKAGE = '@huggingface/transformers'
const FOLDER = process.env['BENCH_NODE'] ?? path.join(CACHE, 'node')
const MODELS = path.join(CACHE, 'models')

/** transformers.js in a small node:http server. Its model file is written here, from the same weights. */
export async function findTransformersJs(): Promise<Contender | Absent> {
  const versions = installedVersions(FOLDER, [PACKAGE, 'onnxruntime-node'])
  if (versions[PACKAGE] === undefined)
    return { name: NAME, absent: `${PACKAGE} is not in ${path.relative(ROOT, FOLDER)}/node_modules` }
  await writeOnnxModel(path.join(MODELS, 'all-MiniLM-L6-v2'))
  return {
    ...embeddingMessages,
    name: NAME,
    remembers: false,
    versions,
    start: (port) => ({
      command: process.execPath,
      args: [path.join(ROOT, 'dist/bench/peers/transformersServer.js'), FOLDER, MODELS, String(port)],
      env: {},
    }),
  }
}
