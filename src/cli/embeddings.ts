import path from 'node:path'

import { embedAll } from '../embedding/embedAll.js'
import type { PromptEncoder } from '../embedding/promptEncoder.js'
import { Progress } from './progress.js'

/** Beside other things that can be computed again; git ignores it. */
const CACHE = path.join('.cache', 'embeddings')

/**
 * The embeddings of prompts, from the file of earlier runs where they are in it, with a bar on a terminal.
 * @param name of the encoder
 * @returns [P, E]
 */
export async function cachedEmbeddings(
  encoder: PromptEncoder,
  name: string,
  prompts: readonly string[],
): Promise<Float32Array> {
  const progress = new Progress('embeddings')
  const cacheFile = path.join(CACHE, `${path.basename(name)}-${encoder.encoder.engine.precision}.bin`)
  const onProgress = (done: number, total: number) => progress.at(done, total)
  return embedAll(encoder, prompts, { cacheFile, onProgress }).finally(() => progress.stop())
}
