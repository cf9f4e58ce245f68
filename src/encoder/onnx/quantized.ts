import { at } from '../../numeric/at.js'
import type { EncoderSpec } from '../directory.js'
import type { WeightFile } from '../weightFile.js'
import { LAYER_LINEARS } from '../weights.js'

/**
 * Weights that share one scale. Blocks of 32 keep every prompt's vector at a cosine above 0.999 of float32, which one
 * scale per row does not; larger blocks are no faster.
 */
export const BLOCK = 32

/** The matrix of a linear layer in 8 bits: weight = (quantized - 128) * scale of its block. */
export interface QuantizedMatrix {
  inputs: number
  outputs: number
  /** [outputs, inputs / BLOCK, BLOCK] */
  values: Uint8Array
  /** [outputs, inputs / BLOCK] */
  scales: Float32Array
}

/** Every matrix of the transformer layers, by name without `.weight`. Embeddings and norms stay float32. */
export async function quantizeLinears(
  spec: EncoderSpec,
  { file, nameInFile, read }: WeightFile,
): Promise<Map<string, QuantizedMatrix>> {
  const matrices = new Map<string, QuantizedMatrix>()
  for (let layer = 0; layer < spec.bert.num_hidden_layers; layer++) {
    for (const linear of LAYER_LINEARS) {
      const name = `encoder.layer.${layer}.${linear}`
      const shape = file.shape(nameInFile(`${name}.weight`))
      matrices.set(name, quantize(await read(`${name}.weight`), at(shape, 0), at(shape, 1)))
    }
  }
  return matrices
}

/** Rounds each block to 255 steps around zero; the largest weight of a block is 127 of them. */
export function quantize(weights: Float32Array, outputs: number, inputs: number): QuantizedMatrix {
  const values = new Uint8Array(weights.length)
  const scales = new Float32Array(weights.length / BLOCK)
  for (let block = 0; block < scales.length; block++) {
    const from = block * BLOCK
    const part = weights.subarray(from, from + BLOCK)
    const largest = part.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0)
    // A block of zeros may have any scale but 0.
    const scale = largest === 0 ? 1 : largest / 127
    scales[block] = scale
    part.forEach((weight, i) => {
      values[from + i] = Math.round(weight / scale) + 128
    })
  }
  return { inputs, outputs, values, scales }
}
