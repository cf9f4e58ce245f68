import type { BertConfig, EncoderSpec } from './directory.js'

export type Projection = 'query' | 'key' | 'value'

/**
 * The operations of which BERT is made, as one engine offers them: a graph emitter gives the value that will be computed,
 * TensorFlow.js computes it. `name` is that of the weights in weights.ts, without `.weight` and `.bias`.
 * Shapes: B prompts, N tokens in all, H width. The benchmark's peer has padded tokens [B, S] in place of [N].
 */
export interface TokenOperations<T> {
  /** -> [N, H] sum of word, position and type embedding of every token, normalized. Every token is of type 0. */
  embed(): T
  /** [N, in] -> [N, out] */
  linear(x: T, name: string): T
  /** [N, H] -> [N, H] layer norm of `x + residual`. */
  addAndNorm(x: T, residual: T, name: string): T
  /**
   * -> [N, H] every token's mixture of the values of its own prompt's tokens, head by head: softmax(Q K^T / sqrt(width of a head)) V.
   * @param project gives [N, H]; called once for each of the three, when the engine needs it.
   */
  attention(project: (part: Projection) => T): T
  /** The exact GELU, x times the standard normal distribution function of x. */
  gelu(x: T): T
  /** Computes one layer; an engine that computes at once frees here what only the layer needs. */
  inLayer(x: T, layer: (x: T) => T): T
}

/** What a sentence encoder needs beyond. */
export interface SentenceOperations<T> extends TokenOperations<T> {
  /** [N, H] -> [B, H] the mean over each prompt's tokens, or its first, [CLS]. */
  pool(x: T, pooling: EncoderSpec['pooling']): T
  /** [B, H] -> [B, H] each vector divided by its length, which counts as 1e-12 at least. */
  normalize(x: T): T
}

/** BERT (Devlin et al., 2019) with its norms after the residual connections. -> [N, H] one vector per token. */
export function encodeTokens<T>(operations: TokenOperations<T>, { num_hidden_layers }: BertConfig): T {
  let x = operations.embed()
  for (let n = 0; n < num_hidden_layers; n++)
    x = operations.inLayer(x, (input) => encodeLayer(operations, input, `encoder.layer.${n}`))
  return x
}

/** A sentence encoder on BERT (Reimers and Gurevych, 2019). -> [B, H] one vector per prompt. */
export function encodeSentences<T>(operations: SentenceOperations<T>, spec: EncoderSpec): T {
  const pooled = operations.pool(encodeTokens(operations, spec.bert), spec.pooling)
  return spec.normalize ? operations.normalize(pooled) : pooled
}

/** [N, H] -> [N, H] */
function encodeLayer<T>(operations: TokenOperations<T>, x: T, layer: string): T {
  const linear = (input: T, name: string) => operations.linear(input, `${layer}.${name}`)
  const addAndNorm = (input: T, residual: T, name: string) =>
    operations.addAndNorm(input, residual, `${layer}.${name}`)
  const mixed = operations.attention((part) => linear(x, `attention.self.${part}`))
  const h = addAndNorm(linear(mixed, 'attention.output.dense'), x, 'attention.output.LayerNorm')
  const wide = operations.gelu(linear(h, 'intermediate.dense'))
  return addAndNorm(linear(wide, 'output.dense'), h, 'output.LayerNorm')
}
