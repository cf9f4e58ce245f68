import { z } from 'zod'

const count = z.int().positive()
const weight = z.number().nonnegative()

/**
 * How a model is trained; what a config file leaves out is as here. The numbers are those of the experiments that
 * docs/decisions.md tells of.
 */
export const recipeSchema = z.strictObject({
  network: z
    .strictObject({
      /** Widths of the hidden layers. */
      hidden: z.array(count).min(1).default([256, 128, 64]),
      /** Width of an LLM's vector. */
      llm_dimension: count.default(32),
      /** Of LeakyReLU below zero. */
      slope: z.number().gt(0).lt(1).default(0.1),
      /** Whether a branch predicts the prompt's category and has a number for each LLM and category. */
      kinds: z.boolean().default(true),
    })
    .prefault({}),
  losses: z
    .strictObject({
      /** Binary cross-entropy of the outcomes. */
      outcomes: weight.default(1),
      /** Logistic loss of the comparisons. */
      comparisons: weight.default(1),
      /** Logistic loss over all pairs of LLMs with different outcomes on a prompt. */
      pairs: weight.default(0),
      /** The original's ranking loss; alone, it gives a model whose scores are margins, not probabilities. */
      margin: weight.default(0),
      /** Cross-entropy of the categories, where there is a branch of kinds. */
      category: weight.default(0.1),
    })
    .prefault({}),
  schedule: z
    .strictObject({
      epochs: count.default(10),
      /** Prompts of a batch, each with all its outcomes. */
      batch_prompts: count.default(64),
      learning_rate: z.number().positive().default(1e-3),
      warm_up_steps: z.int().nonnegative().default(100),
      weight_decay: weight.default(0.01),
      dropout: z.number().nonnegative().lt(1).default(0.2),
      /** Epochs without a better dev loss after which it ends. */
      patience: count.default(3),
    })
    .prefault({}),
  /** Clusters of training prompts by which evidence is counted. */
  regions: count.default(64),
  /** Standard deviation that a logit has more where a prompt is like no training prompt. */
  unfamiliar: weight.default(0.5),
  /** A category with fewer training prompts than this is none. */
  smallest_category: count.default(10),
})

export type Recipe = z.infer<typeof recipeSchema>
