import type { Matrix } from '../numeric/matrix.js'
import type { ModelFiles } from '../tensor/layersModel.js'
import type { NetworkShape } from './networkShape.js'
import { readLayersGraph } from './layersGraph.js'
import type { GraphLayer, LayersGraph } from './layersGraph.js'
import type { GatedBranch } from './networkWeights.js'

/** A network that is a sum of gated branches and nothing else, which is what the default recipe trains. */
export interface GatedNetwork {
  shape: NetworkShape
  branches: readonly GatedBranch[]
}

/**
 * Reads a gated network from the files of a layers model, without TensorFlow.js.
 * @returns undefined for a network of any other form.
 * @throws LLimitError MODEL_BROKEN if a file is missing or weights do not add up.
 */
export function readGatedNetwork(files: ModelFiles): GatedNetwork | undefined {
  const graph = readLayersGraph(files)
  if (graph === undefined) return undefined
  const [embedding, features, llm, ...others] = graph.inputs
  if (embedding === undefined || features === undefined || llm === undefined || others.length > 0)
    return undefined
  const ends = graph.output.class_name === 'Add' ? graph.before(graph.output) : [graph.output]
  const branches = ends.flatMap((end) => branchOf(graph, end, [embedding, features, llm]) ?? [])
  const [first] = branches
  if (first === undefined || branches.length !== ends.length) return undefined
  const [E, F] = [widthOf(embedding), widthOf(features)]
  const fits = ({ gateKernel, gateBias, classScores }: GatedBranch) =>
    gateKernel.rows === E + F &&
    gateBias.length === gateKernel.columns &&
    classScores.columns === gateKernel.columns &&
    classScores.rows === first.classScores.rows
  return branches.every(fits)
    ? { shape: { embedding: E, features: F, llms: first.classScores.rows }, branches }
    : undefined
}

/** Dot(softmax(Dense([embedding; features])), flattened row of the LLM); undefined for anything else. */
function branchOf(
  graph: LayersGraph,
  end: GraphLayer,
  [embedding, features, llm]: readonly [GraphLayer, GraphLayer, GraphLayer],
): GatedBranch | undefined {
  const { before, weight } = graph
  const one = (layer: GraphLayer | undefined, type: string): GraphLayer | undefined =>
    layer?.class_name === type ? layer : undefined
  const only = (layer: GraphLayer | undefined) => {
    const layers = layer === undefined ? [] : before(layer)
    return layers.length === 1 ? layers[0] : undefined
  }
  const isProduct =
    end.class_name === 'Dot' && end.config['normalize'] !== true && isLastAxis(end.config['axes'])
  const [shares, row, ...more] = isProduct ? before(end) : []
  const softmax = one(shares, 'Activation')?.config['activation'] === 'softmax' ? shares : undefined
  const gate = one(only(softmax), 'Dense')
  const joined = one(only(gate), 'Concatenate')
  const table = one(only(one(row, 'Flatten')), 'Embedding')
  if (gate === undefined || joined === undefined || table === undefined || more.length > 0) return undefined
  const [left, right, ...rest] = before(joined)
  if (left !== embedding || right !== features || rest.length > 0 || only(table) !== llm) return undefined
  const [gateKernel, gateBias] = [weight(gate, 'kernel'), weight(gate, 'bias')]
  const classScores = weight(table, 'embeddings')
  if (gate.config['activation'] !== 'linear' || gateKernel === undefined || gateBias === undefined)
    return undefined
  return classScores === undefined ? undefined : { gateKernel, gateBias: gateBias.data, classScores }
}

function isLastAxis(axes: unknown): boolean {
  const along: unknown[] = Array.isArray(axes) ? axes : [axes]
  return along.every((axis) => axis === -1 || axis === 1)
}

/** Width of an input layer; 0 if it has none. */
function widthOf({ config }: GraphLayer): number {
  const shape = config['batch_input_shape']
  const width: unknown = Array.isArray(shape) ? shape[1] : undefined
  return typeof width === 'number' ? width : 0
}

/** Multiplications of scoring so many prompts for so many LLMs: what the time follows. */
export function multiplications({ branches }: GatedNetwork, prompts: number, llms: number): number {
  const classes = branches.reduce((sum, { gateKernel }) => sum + gateKernel.columns, 0)
  const inputs = Math.max(...branches.map(({ gateKernel }: { gateKernel: Matrix }) => gateKernel.rows))
  return prompts * classes * (inputs + llms)
}
