import { EmbeddingFile } from './embeddingFile.js'
import type { PromptEncoder } from './promptEncoder.js'

/** Prompts per call: enough for groups of equal length, and few enough for the bound on queued tokens. */
const PROMPTS_PER_CALL = 256

/** What is used of a PromptEncoder. */
export interface PromptVectors {
  encoder: {
    spec: { fingerprint: string; bert: { hidden_size: number } }
    engine: { precision: string }
  }
  embed: PromptEncoder['embed']
}

interface Options {
  /** Where embeddings of earlier runs are found and new ones are kept; made where it is missing. */
  cacheFile?: string
  /** Told after each step how many prompts have their embedding, of how many. */
  onProgress?: (done: number, total: number) => void
  signal?: AbortSignal
}

/**
 * The embeddings of many prompts, as one array: training and evaluation take them so. The same prompt given twice is
 * encoded once.
 * @returns [P, E], row p for `prompts[p]`
 * @throws LLimitError as `PromptEncoder.embed` does; an error of the system where the cache cannot be read or written.
 */
export async function embedAll(
  source: PromptVectors,
  prompts: readonly string[],
  { cacheFile, onProgress, signal }: Options = {},
): Promise<Float32Array> {
  const { spec, engine } = source.encoder
  const E = spec.bert.hidden_size
  const file =
    cacheFile === undefined
      ? undefined
      : await EmbeddingFile.open(cacheFile, `${spec.fingerprint}:${engine.precision}`, E)
  const rows = new Map<string, number[]>()
  prompts.forEach((prompt, p) => rows.set(prompt, [...(rows.get(prompt) ?? []), p]))
  const embeddings = new Float32Array(prompts.length * E)
  let done = 0
  const place = (prompt: string, vector: Float32Array) => {
    for (const p of rows.get(prompt) ?? []) {
      embeddings.set(vector, p * E)
      done++
    }
  }

  const missing = [...rows.keys()].filter((prompt) => {
    const vector = file?.get(prompt)
    if (vector !== undefined) place(prompt, vector)
    return vector === undefined
  })
  onProgress?.(done, prompts.length)
  for (let at = 0; at < missing.length; at += PROMPTS_PER_CALL) {
    const chunk = missing.slice(at, at + PROMPTS_PER_CALL)
    const computed = (await source.embed(chunk, signal)).map(({ vector }, i) => ({
      prompt: chunk[i] ?? '',
      vector,
    }))
    for (const { prompt, vector } of computed) place(prompt, vector)
    await file?.add(computed)
    onProgress?.(done, prompts.length)
  }
  return embeddings
}
