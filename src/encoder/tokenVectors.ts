import path from 'node:path'

import type { Matrix } from '../numeric/matrix.js'
import { readEncoderSpec } from './directory.js'
import { isStaticEncoder, readStaticSpec } from './static/staticSpec.js'
import { readTokenMatrix, rowsInFloat32 } from './static/tokenMatrix.js'
import { openWeights } from './weightFile.js'

/** The vectors that an encoder of any kind has for its tokens, before it looks at their neighbors. */
export interface TokenVectors {
  /** Folder of the tokenizer.json whose ids number the rows. */
  tokenizerDirectory: string
  /** [V, E] */
  vectors: Matrix
}

const WORD_EMBEDDINGS = 'embeddings.word_embeddings.weight'

/** @throws LLimitError MODEL_BROKEN, naming the file that cannot be used. */
export async function readTokenVectors(directory: string): Promise<TokenVectors> {
  if (await isStaticEncoder(directory)) {
    const { tensors, tensorDirectory } = await readStaticSpec(directory)
    return { tokenizerDirectory: tensorDirectory, vectors: rowsInFloat32(readTokenMatrix(tensors)) }
  }
  const spec = await readEncoderSpec(directory)
  const { file, read } = await openWeights(spec)
  try {
    const data = await read(WORD_EMBEDDINGS)
    const { vocab_size: rows, hidden_size: columns } = spec.bert
    return { tokenizerDirectory: path.resolve(spec.transformerDirectory), vectors: { rows, columns, data } }
  } finally {
    await file.close()
  }
}
