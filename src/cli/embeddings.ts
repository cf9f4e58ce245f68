import path from 'node:path'

import { embedAll } from '../embedding/embedAll.js'
import type { Embedder } from '../embedding/embedder.js'
import { matrixOf } from '../numeric/matrix.js'
import { Progress } from './progress.js'

/** Beside other things that can be computed again; git ignores it. */
const CACHE = path.join('.cache', 'embeddings')

/**
 * The embeddings of prompts, from the file of earlier runs where they are in it, with a bar on a terminal.
 * @param name of the encoder
 * @returns [P, E]
 */
export async function cachedEmbeddings(
  encoder: Embedder,
  name: string,
  prompts: readonly string[],
): Promise<Float32Array> {
  if (encoder.parts.length > 0) return joinedEmbeddings(encoder, prompts)
  const progress = new Progress('embeddings')
  const cacheFile = path.join(CACHE, `${path.basename(name)}-${encoder.precision}.bin`)
  const onProgress = (done: number, total: number) => progress.at(done, total)
  // What is computed faster than it is read from disk is not kept there.
  const kept = encoder.isStatic ? {} : { cacheFile }
  return embedAll(encoder, prompts, { ...kept, onProgress }).finally(() => progress.stop())
}

/** Each encoder's from its own file, side by side. */
async function joinedEmbeddings(
  { parts, dimension }: Embedder,
  prompts: readonly string[],
): Promise<Float32Array> {
  const joined = new Float32Array(prompts.length * dimension)
  let column = 0
  for (const { name, embedder } of parts) {
    const { columns, data } = matrixOf(await cachedEmbeddings(embedder, name, prompts), embedder.dimension)
    prompts.forEach((_, p) =>
      joined.set(data.subarray(p * columns, (p + 1) * columns), p * dimension + column),
    )
    column += columns
  }
  return joined
}
