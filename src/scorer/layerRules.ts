import { z } from 'zod'

import { LLimitError, quote } from '../errors.js'
import { at } from '../numeric/at.js'
import { describeIssues } from '../validation.js'

/** Shape of a layer's output for one pair, without the batch. */
export type Shape = readonly number[]

/** A layer whose inputs are known, as model.json draws it. */
export interface CheckedLayer {
  name: string
  class_name: string
  config: Readonly<Record<string, unknown>>
}

/** What a layer makes of its inputs. */
interface LayerRule {
  output: Shape
  /** Name within the layer -> shape. */
  weights?: Readonly<Record<string, Shape>>
}

type Rule = (layer: CheckedLayer, inputs: readonly Shape[]) => LayerRule

const width = z.int().positive()
const dense = z.object({
  units: width,
  use_bias: z.boolean().default(true),
  activation: z.string().nullish(),
})
const INITIALIZERS = [
  ...['Zeros', 'Ones', 'Constant', 'RandomUniform', 'RandomNormal', 'TruncatedNormal', 'VarianceScaling'],
  ...['GlorotUniform', 'GlorotNormal', 'HeUniform', 'HeNormal', 'LeCunUniform', 'LeCunNormal'],
]
/** What weights are before those of the file take their place. */
const initializer = z.object({
  class_name: z.enum(INITIALIZERS),
  config: z.record(z.string(), z.union([z.number(), z.string(), z.null()])).optional(),
})
/** TensorFlow.js computes with whatever stands there, and fails at the first prompt. */
const number = z.number().nullish()
const none = z.literal([0, null]).optional()
const absent = z.null().optional()
const switchedOn = z.boolean().default(true)

/** Layers of Keras that may be in a network; each is one that TensorFlow.js builds with exactly these weights. */
const RULES: Readonly<Record<string, Rule>> = {
  Activation: sameShapeWith({ activation: z.string() }),
  LeakyReLU: sameShapeWith({ alpha: number, negative_slope: absent }),
  // Keras has more settings of both, which TensorFlow.js reads past.
  ReLU: sameShapeWith({ max_value: number, negative_slope: none, threshold: none }),
  ELU: sameShapeWith({ alpha: number }),
  Softmax: (layer, inputs) => {
    const input = only(layer, inputs)
    settingsOf(layer, z.object({ axis: z.literal([-1, input.length]).nullish() }))
    return { output: input }
  },
  Dropout: sameShapeWith({ rate: number }),
  Add: merged,
  Average: merged,
  Maximum: merged,
  Minimum: merged,
  Multiply: merged,
  Concatenate: (layer, inputs) => {
    const { axis } = settingsOf(layer, z.object({ axis: z.literal([-1, 1]).default(-1) }))
    if (inputs.length < 2 || inputs.some((shape) => shape.length !== 1)) {
      throw fault(layer, `expected two vectors or more to join along axis ${axis}, got ${inWords(inputs)}`)
    }
    return { output: [inputs.reduce((sum, shape) => sum + at(shape, 0), 0)] }
  },
  Dense: (layer, inputs) => {
    const { units, use_bias } = settingsOf(layer, dense)
    const input = only(layer, inputs)
    const bias = use_bias ? { bias: [units] } : {}
    return {
      output: [...input.slice(0, -1), units],
      weights: { kernel: [at(input, input.length - 1), units], ...bias },
    }
  },
  Dot: (layer, inputs) => {
    const axes = z.union([z.literal([-1, 1]), z.array(z.literal([-1, 1])).length(2)])
    settingsOf(layer, z.object({ axes }))
    const [left, right, ...more] = inputs
    if (left?.length !== 1 || right?.length !== 1 || left[0] !== right[0] || more.length > 0) {
      throw fault(layer, `expected two vectors of one width, got ${inWords(inputs)}`)
    }
    return { output: [1] }
  },
  Embedding: (layer, inputs) => {
    const schema = z.object({ input_dim: width, output_dim: width })
    const { input_dim, output_dim } = settingsOf(layer, schema)
    const input = only(layer, inputs)
    return { output: [...input, output_dim], weights: { embeddings: [input_dim, output_dim] } }
  },
  Flatten: (layer, inputs) => ({
    output: [only(layer, inputs).reduce((product, size) => product * size, 1)],
  }),
  PReLU: (layer, inputs) => {
    settingsOf(layer, z.object({ shared_axes: z.null().optional() }))
    const input = only(layer, inputs)
    return { output: input, weights: { alpha: input } }
  },
  BatchNormalization: (layer, inputs) => {
    const [output, last, centered] = normalized(layer, inputs)
    return { output, weights: { ...centered, moving_mean: last, moving_variance: last } }
  },
  LayerNormalization: (layer, inputs) => {
    const [output, , weights] = normalized(layer, inputs)
    return { output, weights }
  },
}

/** @throws LLimitError MODEL_BROKEN, naming the layer and what is wrong with it. */
export function ruleOf(layer: CheckedLayer, inputs: readonly Shape[]): LayerRule {
  checkParts(layer)
  const rule = Object.hasOwn(RULES, layer.class_name) ? RULES[layer.class_name] : undefined
  if (rule !== undefined) return rule(layer, inputs)
  throw fault(layer, `expected a layer of ${Object.keys(RULES).join(', ')}, got ${quote(layer.class_name)}`)
}

/** Whatever class these name TensorFlow.js would make one of, layers too, and none of them takes part in a score. */
function checkParts(layer: CheckedLayer): void {
  for (const [key, value] of Object.entries(layer.config)) {
    if (/_(?:constraint|regularizer)$/.test(key)) settingsOf(layer, z.object({ [key]: z.null() }))
    else if (key.endsWith('_initializer') && value !== null)
      settingsOf(layer, z.object({ [key]: initializer }))
  }
}

/** An error about one layer of model.json. */
export function fault({ name }: Pick<CheckedLayer, 'name'>, what: string): LLimitError {
  return new LLimitError('MODEL_BROKEN', `model.json: layer ${quote(name)}: ${what}`)
}

/** Of a layer with these settings whose output has the shape of its input. */
function sameShapeWith(settings: z.ZodRawShape): Rule {
  return (layer, inputs) => {
    settingsOf(layer, z.object(settings))
    return { output: only(layer, inputs) }
  }
}

function merged(layer: CheckedLayer, inputs: readonly Shape[]): LayerRule {
  const [first] = inputs
  if (first === undefined || inputs.length < 2 || inputs.some((shape) => shape.join() !== first.join())) {
    throw fault(layer, `expected two inputs or more of one shape, got ${inWords(inputs)}`)
  }
  return { output: first }
}

function normalized(layer: CheckedLayer, inputs: readonly Shape[]) {
  const input = only(layer, inputs)
  const axis = z.union([z.literal([-1, input.length]), z.tuple([z.literal([-1, input.length])])]).default(-1)
  const { center, scale } = settingsOf(layer, z.object({ axis, center: switchedOn, scale: switchedOn }))
  const last = [at(input, input.length - 1)]
  return [input, last, { ...(scale && { gamma: last }), ...(center && { beta: last }) }] as const
}

function only(layer: CheckedLayer, inputs: readonly Shape[]): Shape {
  const [input, ...more] = inputs
  if (input !== undefined && more.length === 0) return input
  throw fault(layer, `expected one input, got ${inputs.length}`)
}

function settingsOf<S extends z.ZodType>(layer: CheckedLayer, schema: S): z.infer<S> {
  const parsed = schema.safeParse(layer.config, { reportInput: true })
  if (parsed.success) return parsed.data
  throw fault(layer, describeIssues(parsed.error, 'config'))
}

function inWords(shapes: readonly Shape[]): string {
  return shapes.length === 0 ? 'none' : shapes.map((shape) => `[${shape.join(', ')}]`).join(' and ')
}
