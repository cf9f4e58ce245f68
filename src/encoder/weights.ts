import { at } from '../numeric/at.js'
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

/** A tensor of the encoder itself that a sentence vector does not need. */
const UNUSED = /^embeddings\.position_ids$/

/** What belongs to the encoder; all else is a head of a task, or another network. */
const OWN = /^(?:encoder|embeddings)\./

const WORD_EMBEDDINGS = 'embeddings.word_embeddings.weight'

/**
 * Matches the table with the names of a file. All names may have a prefix, such as `bert.` or `module.`; norms may be called by
 * their older names, `gamma` and `beta`.
 * @returns table name -> name in the file; what is missing or unexpected, both empty for a file that matches; and what
 * belongs to heads that a sentence vector does not need.
 */
export function matchNames(table: readonly WeightRow[], names: readonly string[]) {
  const present = new Set(names)
  const prefix = prefixOf(names)
  const inFile = new Map(
    table.map(({ name }) => [name, namesInFile(prefix, name).find((one) => present.has(one))]),
  )
  const known = new Set(inFile.values())
  const rest = names.filter((name) => !known.has(name))
  const isOwn = (name: string) => name.startsWith(prefix) && OWN.test(name.slice(prefix.length))
  return {
    inFile,
    missing: [...inFile].flatMap(([name, found]) => (found === undefined ? [prefix + name] : [])),
    unexpected: rest.filter((name) => isOwn(name) && !UNUSED.test(name.slice(prefix.length))),
    leftOut: rest.filter((name) => !isOwn(name)),
  }
}

/** The shortest that any file has: one with several encoders is that of the one that is not inside another. */
function prefixOf(names: readonly string[]): string {
  const prefixes = names
    .filter((name) => name === WORD_EMBEDDINGS || name.endsWith(`.${WORD_EMBEDDINGS}`))
    .map((name) => name.slice(0, -WORD_EMBEDDINGS.length))
  // Without word embeddings, which are then found to be missing, nothing says what it is.
  return prefixes.length === 0
    ? ''
    : at(
        prefixes.sort((a, b) => a.length - b.length),
        0,
      )
}

function namesInFile(prefix: string, name: string): string[] {
  const older = name
    .replace(/LayerNorm\.weight$/, 'LayerNorm.gamma')
    .replace(/LayerNorm\.bias$/, 'LayerNorm.beta')
  return [prefix + name, prefix + older]
}
