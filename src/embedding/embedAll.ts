import { EmbeddingFile } from './embeddingFile.js'
import { at, valueAt } from '../numeric/at.js'
import type { Embedder } from './embedder.js'

/** Prompts per call: enough for groups of equal length, and few enough for the bound on queued tokens. */
const PROMPTS_PER_CALL = 256

/** What is used of an embedder. */
export type EmbeddingSource = Pick<Embedder, 'dimension' | 'fingerprint' | 'embed'>

interface EmbedAllOptions {
  /** Holds the embeddings of earlier runs and gets the new ones; created if it is missing. */
  cacheFile?: string
  /** Told after each step how many prompts have their embedding, of how many. */
  onProgress?: (done: number, total: number) => void
  signal?: AbortSignal
}

/**
 * The embeddings of many prompts, as one array: training and evaluation take them so. The same prompt given twice is
 * encoded once.
 * @returns [P, E], row p for `prompts[p]`
 * @throws LLimitError as `Embedder.embed` does; an error of the system if the file cannot be read or written.
 */
export async function embedAll(
  source: EmbeddingSource,
  prompts: readonly string[],
  { cacheFile, onProgress, signal }: EmbedAllOptions = {},
): Promise<Float32Array> {
  const { dimension: E, fingerprint } = source
  const file = cacheFile === undefined ? undefined : await EmbeddingFile.open(cacheFile, fingerprint, E)
  const rows = rowsByPrompt(prompts)
  const embeddings = new Float32Array(prompts.length * E)
  let done = 0
  const store = (prompt: string, vector: Float32Array) => {
    for (const row of valueAt(rows, prompt)) {
      embeddings.set(vector, row * E)
      done++
    }
  }

  const missing = [...rows.keys()].filter((prompt) => {
    const vector = file?.get(prompt)
    if (vector !== undefined) store(prompt, vector)
    return vector === undefined
  })
  onProgress?.(done, prompts.length)
  for (let start = 0; start < missing.length; start += PROMPTS_PER_CALL) {
    const chunk = missing.slice(start, start + PROMPTS_PER_CALL)
    const vectors = await source.embed(chunk, signal)
    const computed = chunk.map((prompt, i) => ({ prompt, vector: at(vectors, i).vector }))
    for (const { prompt, vector } of computed) store(prompt, vector)
    await file?.add(computed)
    onProgress?.(done, prompts.length)
  }
  return embeddings
}

/** Each distinct prompt with the rows that are its. */
function rowsByPrompt(prompts: readonly string[]): Map<string, number[]> {
  const rows = new Map<string, number[]>()
  prompts.forEach((prompt, row) => {
    const known = rows.get(prompt)
    if (known === undefined) rows.set(prompt, [row])
    else known.push(row)
  })
  return rows
}
