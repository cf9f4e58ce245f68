import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

import type { Branch } from './branch.js'
import { biasBranch, gatedBranch } from './llmBranches.js'
import type { PairNetwork } from './pairNetwork.js'
import { layerBefore, layersBefore } from './structure.js'
import type { Layer } from './structure.js'
import { towerBranch } from './towerBranch.js'

/**
 * With 256, 128 and 64 hidden values a pair takes 3.5 KB, so these take 2 MB. Blocks of 128 take 7 % longer, of 16 half as
 * long again; larger ones gain nothing.
 */
const LEAST_PAIRS = 512

/**
 * The network as a sum of branches, of each of which the parts that depend on the prompt or on the LLM alone are computed
 * once: see the branches themselves.
 * @returns undefined for a model with a part that is none of the known branches.
 */
export function factorisedNetwork(model: LayersModel): PairNetwork | undefined {
  const taken = takeApart(model)
  if (taken === undefined) return undefined
  const { branches, rest } = taken
  return {
    leastPairs: LEAST_PAIRS,
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

/** The branches that are added up, or the one that there is. */
function takeApart(model: LayersModel): Sum | undefined {
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

/** The branches that end in these layers; undefined where one of them is no branch. */
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
