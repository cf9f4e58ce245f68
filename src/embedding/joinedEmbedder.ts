import { createHash } from 'node:crypto'

import { at } from '../numeric/at.js'
import type { RequestTrace } from '../telemetry/requestTrace.js'
import type { CachedEmbedding } from './cache/embedding.js'
import type { Embedder } from './embedder.js'
import type { EncoderFacts } from './encoderFacts.js'

/** Between the names of two encoders whose vectors are concatenated. */
export const JOIN = '+'

/** Of two encoders together; of one, its own. */
export function joinFacts(parts: readonly EncoderFacts[]): EncoderFacts {
  const [only, ...others] = parts
  if (only !== undefined && others.length === 0) return only
  return {
    sha256: hashOf(parts.map(({ sha256 }) => sha256)),
    dimension: parts.reduce((sum, { dimension }) => sum + dimension, 0),
    identity: hashOf(parts.map(({ identity }) => identity)),
  }
}

function hashOf(values: readonly string[]): string {
  return createHash('sha256').update(values.join('\n')).digest('hex')
}

/**
 * Two encoders as one: the vector of a prompt is that of the first, then that of the second. The sha256 is that of theirs in
 * this order, so a saved model is never given them the other way around, and their dimensions follow from their weights.
 */
export class JoinedEmbedder implements Embedder {
  readonly parts: Embedder['parts']
  readonly sha256: string
  readonly identity: string
  readonly fingerprint: string

  /** Closing it leaves its parts open: they are shared. */
  constructor(parts: Embedder['parts']) {
    this.parts = parts
    this.sha256 = hashOf(parts.map(({ embedder }) => embedder.sha256))
    this.identity = hashOf(parts.map(({ embedder }) => embedder.identity))
    this.fingerprint = hashOf(parts.map(({ embedder }) => embedder.fingerprint))
  }

  get precision(): string {
    return this.parts.map(({ embedder }) => embedder.precision).join(JOIN)
  }

  get dimension(): number {
    return this.parts.reduce((sum, { embedder }) => sum + embedder.dimension, 0)
  }

  get isStatic(): boolean {
    return this.parts.every(({ embedder }) => embedder.isStatic)
  }

  get maxTokens(): number {
    return Math.max(...this.parts.map(({ embedder }) => embedder.maxTokens))
  }

  async embed(
    prompts: readonly string[],
    signal?: AbortSignal,
    trace?: RequestTrace,
  ): Promise<CachedEmbedding[]> {
    const found = await Promise.all(this.parts.map(({ embedder }) => embedder.embed(prompts, signal, trace)))
    const together = prompts.map((_, p) =>
      joined(
        found.map((ofPart) => at(ofPart, p)),
        this.dimension,
      ),
    )
    for (const [p, prompt] of prompts.entries()) {
      // One has read the whole prompt, and another one does not know how many tokens that is.
      const one = at(together, p)
      const isCut = found.some((ofPart) => at(ofPart, p).truncated)
      if (isCut && !one.truncated) one.tokens = await this.countTokens(prompt, signal)
    }
    return together
  }

  async countTokens(prompt: string, signal?: AbortSignal): Promise<number> {
    const counts = this.parts.map(({ embedder }) => embedder.countTokens(prompt, signal))
    return Math.max(...(await Promise.all(counts)))
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}

/** Truncated only if no encoder has read the whole prompt. */
function joined(embeddings: readonly CachedEmbedding[], dimension: number): CachedEmbedding {
  const vector = new Float32Array(dimension)
  let from = 0
  for (const part of embeddings) {
    vector.set(part.vector, from)
    from += part.vector.length
  }
  const tokens = Math.max(...embeddings.map((part) => part.tokens))
  return { vector, tokens, truncated: embeddings.every(({ truncated }) => truncated) }
}
