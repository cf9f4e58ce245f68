import { LLimitError } from '../../errors.js'
import { isLinearMatrix } from '../weights.js'
import type { WeightRow } from '../weights.js'
import type { ElementType, Graph, Shaped, Value } from './graph.js'

/** The weights of an encoder as variables of a graph, each read where it is used. */
export interface Variables {
  /** Embedding table, norm vector or bias as stored; matrices of linear layers transposed to [in, out]. */
  get(name: string): Value
}

/**
 * Declares a variable for every weight, and the signature `load` that assigns them: its inputs are the weights by name, float32
 * and with the shapes of the table.
 * @param linearType element type in which the weights of linear layers are kept; tables and norms stay float32.
 */
export function declareVariables(
  graph: Graph,
  table: readonly WeightRow[],
  linearType: ElementType,
): Variables {
  const inputs: Record<string, Shaped> = {}
  const assigned: Value[] = []
  const reads = new Map<string, Value>()
  for (const row of table) {
    const input = graph.placeholder(`load/${row.name}`, 'float32', row.shape)
    inputs[row.name] = [input, row.shape]
    const value = toKeep(graph, input, row, linearType)
    const dtype = { type: value.type }
    const variable = declareVariable(graph, row, value.type)
    assigned.push(graph.node('AssignVariableOp', [variable, value], 'resource', { dtype }))
    reads.set(row.name, graph.node('ReadVariableOp', [variable], value.type, { dtype }))
  }
  const count = graph.op(
    'Identity',
    [graph.integer(table.length)],
    {},
    { name: 'load/count', after: assigned },
  )
  graph.signature('load', inputs, { count: [count, []] })
  return {
    get(name) {
      const value = reads.get(name)
      if (value === undefined)
        throw new LLimitError('INTERNAL', `expected a weight of the encoder, got "${name}"`)
      return value
    },
  }
}

function declareVariable(graph: Graph, row: WeightRow, type: ElementType): Value {
  const shape = isLinearMatrix(row) ? [...row.shape].reverse() : row.shape
  const attributes = { dtype: { type }, shape: { shape }, shared_name: { text: row.name } }
  return graph.node('VarHandleOp', [], 'resource', attributes, { name: `variable/${row.name}` })
}

/** What a variable keeps of a weight: a matrix is multiplied faster as [in, out] than as PyTorch's [out, in]. */
function toKeep(graph: Graph, input: Value, row: WeightRow, linearType: ElementType): Value {
  if (isLinearMatrix(row)) return graph.cast(graph.op('Transpose', [input, graph.integers(1, 0)]), linearType)
  if (isLinear(row) && linearType !== 'float32') return graph.cast(input, linearType)
  // A variable takes over the memory of what it is assigned, and this memory belongs to a JavaScript array.
  return graph.op('DeepCopy', [input])
}

function isLinear({ name }: WeightRow): boolean {
  return !name.startsWith('embeddings.') && !name.includes('LayerNorm')
}
