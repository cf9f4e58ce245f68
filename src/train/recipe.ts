import { z } from 'zod'

import { DEV_SHARE } from '../outcomes/splits.js'

const count = z.int().positive()
const weight = z.number().nonnegative()
const share = z.number().nonnegative().lt(1)

/**
 * How a model is trained; what a config file leaves out is as here. docs/decisions.md tells of the experiments that these
 * numbers come from.
 */
export const recipeSchema = z
  .strictObject({
    /** A gate that says of what kinds a prompt is, and a level for each LLM and kind. */
    kinds: z
      .strictObject({
        /** Share in the blend of logits, beside that of the tower; 0 leaves it out. */
        weight: weight.default(1),
        /** Trained one by one from other first values, and averaged. */
        heads: count.default(2),
        /** Kinds for each category of the training data. */
        per_category: count.default(4),
        /** Kinds where the data has no categories. */
        without_categories: count.default(128),
        /** What the embedding is multiplied by before it meets the gate. */
        embedding_scale: z.number().positive().default(3),
        /** Of the gate's inputs. */
        dropout: share.default(0.3),
        gate_learning_rate: z.number().positive().default(3e-3),
        gate_decay: weight.default(0.01),
        table_learning_rate: z.number().positive().default(1e-2),
        /** On what is in the table beside the sum of LLM and kind. */
        table_penalty: weight.default(2),
        /** Of the cross-entropy of the categories. */
        category_weight: weight.default(0.03),
      })
      .prefault({}),
    /** The original's network: dense layers over embedding, features and a vector for each LLM; and a number for each LLM. */
    tower: z
      .strictObject({
        weight: weight.default(0),
        hidden: z.array(count).min(1).default([256, 128, 64]),
        llm_dimension: count.default(32),
        /** Of LeakyReLU below zero. */
        slope: z.number().gt(0).lt(1).default(0.1),
        /** Of the hidden layers. */
        dropout: share.default(0.2),
        learning_rate: z.number().positive().default(1e-3),
        weight_decay: weight.default(0.01),
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
        /** The original's ranking loss, of tanh; alone, it makes a model whose scores are margins, not probabilities. */
        margin: weight.default(0),
      })
      .prefault({}),
    schedule: z
      .strictObject({
        epochs: count.default(8),
        /** With few prompts there are as many more epochs as it takes to make so many steps. */
        least_steps: z.int().nonnegative().default(800),
        /** Prompts of a batch, each with all its outcomes. */
        batch_prompts: count.default(64),
        warm_up_steps: z.int().nonnegative().default(100),
        /** Epochs without a better dev loss after which a part ends. */
        patience: count.default(3),
      })
      .prefault({}),
    data: z
      .strictObject({
        /** Where prompts carry no split, this share of them is held out, by a hash of the text. */
        dev_share: z.number().gt(0).lt(1).default(DEV_SHARE),
        /** A category with fewer training prompts than this is joined with the other small ones. */
        smallest_category: count.default(10),
      })
      .prefault({}),
    evidence: z
      .strictObject({
        /** Clusters of training prompts by which outcomes are counted. */
        regions: count.default(64),
        /** Standard deviation of a logit, as the card has it; wider where the dev split asks for it. */
        deviation: z
          .strictObject({
            base: weight.default(0.24),
            sparse: weight.default(0.49),
            unfamiliar: weight.default(0.91),
          })
          .prefault({}),
      })
      .prefault({}),
  })
  .refine(({ kinds, tower }) => kinds.weight + tower.weight > 0, 'kinds or tower needs a weight')

export type Recipe = z.infer<typeof recipeSchema>
