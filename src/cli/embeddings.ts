import path from 'node:path'

import type { Config } from '../config/config.js'
import { embedAll } from '../embedding/embedAll.js'
import type { Embedder } from '../embedding/embedder.js'
import { matrixOf } from '../numeric/matrix.js'
import type { Terminal } from './commandLine/terminal.js'
import { cacheFolder } from './openForCommand.js'

interface Context {
  config: Config
  terminal: Terminal
}

/**
 * The embeddings of prompts, from the file of earlier runs if they are in it, with a report of progress.
 * @param name of the encoder
 * @returns [P, E]
 */
export async function cachedEmbeddings(
  encoder: Embedder,
  name: string,
  prompts: readonly string[],
  context: Context,
): Promise<Float32Array> {
  if (encoder.parts.length > 0) return joinedEmbeddings(encoder, prompts, context)
  const { config, terminal } = context
  const folder = path.join(await cacheFolder(config, terminal), 'embeddings')
  const cacheFile = path.join(folder, `${path.basename(name)}-${encoder.precision}.bin`)
  // What is computed faster than it is read from disk is not kept there.
  const kept = encoder.isStatic ? {} : { cacheFile }
  const { signal } = terminal
  return terminal.progress('embeddings', (onProgress) =>
    embedAll(encoder, prompts, { ...kept, onProgress, signal }),
  )
}

/** Each encoder's from its own file, side by side. */
async function joinedEmbeddings(
  { parts, dimension }: Embedder,
  prompts: readonly string[],
  context: Context,
): Promise<Float32Array> {
  const joined = new Float32Array(prompts.length * dimension)
  let column = 0
  for (const { name, embedder } of parts) {
    const own = await cachedEmbeddings(embedder, name, prompts, context)
    const { columns, data } = matrixOf(own, embedder.dimension)
    prompts.forEach((_, p) =>
      joined.set(data.subarray(p * columns, (p + 1) * columns), p * dimension + column),
    )
    column += columns
  }
  return joined
}
