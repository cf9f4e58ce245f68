import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

import { biasBranch, gatedBranch } from './llmBranches.js'
import type { Branch, PairNetwork } from './pairNetwork.js'
import { layerBefore, layersBefore } from './structure.js'
import type { Layer } from './structure.js'
import { towerBranch } from './towerBranch.js'

/**
 * With 256, 128 and 64 hidden values a pair takes 3.5 KB, so these take 2 MB. Blocks of 128 take 7 % longer, of 16 half as
 * long again; larger ones gain nothing.
 */
const MIN_BLOCK_SIZE = 512

/**
 * The network as a sum of branches. What depends on the prompt alone is computed once per prompt, what depends on the LLM
 * alone once when the network is loaded: see the branches themselves.
 * @returns undefined if a term of the sum is not a known branch.
 */
export function factorizedNetwork(model: LayersModel): PairNetwork | undefined {
  const decomposed = decompose(model)
  if (decomposed === undefined) return undefined
  const { branches, rest } = decomposed
  return {
    minBlockSize: MIN_BLOCK_SIZE,
    prepare: async (embeddings, features) => {
      const inputs = tf.concat([embeddings, features], 1)
      try {
        const prepared = await Promise.all(branches.map((branch) => branch.prepare(inputs)))
        return {
          scorePairs: (prompts, llms) => {
            const terms = prepared.map((branch) => branch.scorePairs(prompts, llms))
            const sum = terms.reduce((a, b) => tf.add(a, b))
            return rest.reduce<tf.Tensor>((x, layer) => layer.apply(x) as tf.Tensor, sum)
          },
        }
      } finally {
        inputs.dispose()
      }
    },
    dispose: () => {
      for (const branch of branches) branch.dispose()
    },
  }
}

interface Sum {
  branches: Branch[]
  /** What comes after the sum, in order. */
  rest: Layer[]
}

/** The branches whose sum the network is, or its only branch. */
function decompose(model: LayersModel): Sum | undefined {
  const rest: Layer[] = []
  let layer = model.outputs[0]?.sourceLayer
  while (layer !== undefined) {
    const isSum = layer.getClassName() === 'Add'
    const branches = branchesOf(model, isSum ? layersBefore(layer) : [layer])
    if (branches !== undefined) return { branches, rest }
    if (isSum) return undefined
    rest.unshift(layer)
    layer = layerBefore(layer)
  }
  return undefined
}

/** The branches that end in these layers; undefined if one of them is not a branch. */
function branchesOf(model: LayersModel, ends: readonly Layer[]): Branch[] | undefined {
  const branches: Branch[] = []
  for (const end of ends) {
    const branch = biasBranch(model, end) ?? gatedBranch(model, end) ?? towerBranch(model, end)
    if (branch !== undefined) branches.push(branch)
  }
  if (branches.length === ends.length && branches.length > 0) return branches
  for (const branch of branches) branch.dispose()
  return undefined
}
