import path from 'node:path'

import { writeOnnxModel } from '../peers/onnxModel.js'
import { CACHE, ROOT } from '../paths.js'
import type { Candidate } from './systemUnderTest.js'
import { embeddingMessages } from './messages.js'
import { installedVersions } from './versions.js'

const NAME = 'transformers.js'
const PACKAGE = '@huggingface/transformers'
const FOLDER = process.env['BENCH_NODE'] ?? path.join(CACHE, 'node')
const MODELS = path.join(CACHE, 'models')

/** transformers.js in a small node:http server. Its model file is written here, from the same weights. */
export async function findTransformersJs(): Promise<Candidate> {
  const versions = installedVersions(FOLDER, [PACKAGE, 'onnxruntime-node'])
  if (versions[PACKAGE] === undefined)
    return { name: NAME, skipped: `${PACKAGE} is not in ${path.relative(ROOT, FOLDER)}/node_modules` }
  await writeOnnxModel(path.join(MODELS, 'all-MiniLM-L6-v2'))
  return {
    ...embeddingMessages,
    name: NAME,
    hasCache: false,
    versions,
    start: (port) => ({
      command: process.execPath,
      args: [path.join(ROOT, 'dist/bench/peers/transformersServer.js'), FOLDER, MODELS, String(port)],
      env: {},
    }),
  }
}
