import type { BertConfig } from './directory.js'

/** One tensor of model.safetensors: PyTorch keeps the matrix of a linear layer as [out, in]. */
export interface WeightRow {
  name: string
  shape: readonly number[]
}

/** Names of the weights of one layer within `encoder.layer.<n>.`. */
export const LAYER_LINEARS = [
  'attention.self.query',
  'attention.self.key',
  'attention.self.value',
  'attention.output.dense',
  'intermediate.dense',
  'output.dense',
] as const
const LAYER_NORMS = ['attention.output.LayerNorm', 'output.LayerNorm'] as const

/** Whether a tensor is the matrix of a linear layer, which engines transpose or round. */
export function isLinearMatrix({ name, shape }: WeightRow): boolean {
  return shape.length === 2 && !name.startsWith('embeddings.')
}

/** Every tensor that the encoder computes with. */
export function weightTable(config: BertConfig): WeightRow[] {
  const H = config.hidden_size
  const wide = config.intermediate_size
  const linear = (name: string, inputs: number, outputs: number): WeightRow[] => [
    { name: `${name}.weight`, shape: [outputs, inputs] },
    { name: `${name}.bias`, shape: [outputs] },
  ]
  const norm = (name: string): WeightRow[] => [
    { name: `${name}.weight`, shape: [H] },
    { name: `${name}.bias`, shape: [H] },
  ]
  const layers = Array.from({ length: config.num_hidden_layers }, (_, n) => {
    const at = (name: string) => `encoder.layer.${n}.${name}`
    return [
      ...LAYER_LINEARS.flatMap((name) => {
        const inputs = name === 'output.dense' ? wide : H
        return linear(at(name), inputs, name === 'intermediate.dense' ? wide : H)
      }),
      ...LAYER_NORMS.flatMap((name) => norm(at(name))),
    ]
  })
  return [
    { name: 'embeddings.word_embeddings.weight', shape: [config.vocab_size, H] },
    { name: 'embeddings.position_embeddings.weight', shape: [config.max_position_embeddings, H] },
    { name: 'embeddings.token_type_embeddings.weight', shape: [config.type_vocab_size, H] },
    ...norm('embeddings.LayerNorm'),
    ...layers.flat(),
  ]
}

/** Tensors that published files carry and a sentence vector does not need. */
const UNUSED = /^(pooler\.|embeddings\.position_ids$|cls\.)/

/**
 * Matches the table with the names of a file. Some files put every name under `bert.`.
 * @returns table name -> name in the file, and what is missing or left over, both empty for a file that matches.
 */
export function matchNames(table: readonly WeightRow[], names: readonly string[]) {
  const prefix = names.some((name) => name.startsWith('bert.embeddings.')) ? 'bert.' : ''
  const inFile = new Map(table.map(({ name }) => [name, prefix + name]))
  const known = new Set(inFile.values())
  const present = new Set(names)
  return {
    inFile,
    missing: [...known].filter((name) => !present.has(name)),
    leftOver: names.filter((name) => !known.has(name) && !UNUSED.test(name.replace(/^bert\./, ''))),
  }
}
