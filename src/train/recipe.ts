import { z } from 'zod'

import { readJsonFile } from '../jsonFile.js'
import { DEV_SHARE } from '../outcomes/splits.js'

const count = z.int().positive()
const weight = z.number().nonnegative()
const rate = z.number().nonnegative().lt(1)

/**
 * How a model is trained; what a recipe file leaves out is as here. docs/decisions tells of the experiments that these
 * numbers come from. The names of the fields are those of recipe files and cards of format 1.
 */
export const recipeSchema = z
  .strictObject({
    /** The gated mixture: a gate over latent classes of prompts, and a score for each LLM and class. */
    kinds: z
      .strictObject({
        /** In the blend of logits, relative to that of the tower; 0 leaves it out. */
        weight: weight.default(1),
        /** Members: trained one by one from other first values, and averaged. */
        heads: count.default(2),
        /** Classes for each category of the training data. */
        per_category: count.default(1),
        /** Classes if the data has no categories. */
        without_categories: count.default(128),
        /** What the embedding is multiplied by before it meets the gate. */
        embedding_scale: z.number().positive().default(3),
        /** Of the gate's inputs. */
        dropout: rate.default(0.3),
        gate_learning_rate: z.number().positive().default(3e-3),
        gate_decay: weight.default(0.01),
        table_learning_rate: z.number().positive().default(1e-2),
        /** On what the class scores say beyond the sum of LLM and class. */
        table_penalty: weight.default(2),
        /** Of the cross-entropy of the categories. */
        category_weight: weight.default(0.03),
        /**
         * The class scores fitted again to the outcomes, the gate being as it is trained: see `refitScores`. It takes ability
         * apart from classes and sources, so that LLMs that were judged on different things can be compared.
         */
        refit: z
          .strictObject({
            /** Fits, each with the variance of ability that the one before found; 0 leaves it out. */
            rounds: z.int().nonnegative().default(2),
            /** Of L-BFGS, at most, in a round. */
            iterations: count.default(50),
            /** Of the deviations: what the logit of an LLM on a class has besides the level of the class and the ability of the LLM. */
            deviation_variance: z.number().positive().default(0.4),
            /** Of what all logits of a source have in common, which is left out when scoring; 0 for none. */
            source_variance: weight.default(0.1),
            /** What is known of an LLM on a class, as the sum of p (1 - p) over its outcomes, at which trained and fitted score count alike. */
            blend_information: z.number().positive().default(1),
          })
          .prefault({}),
      })
      .prefault({}),
    /** The network of LLimit v1: dense layers over embedding, features and an LLM's vector; and a number for each LLM. */
    tower: z
      .strictObject({
        /** In the blend of logits, relative to that of the gated mixture; 0 leaves it out. */
        weight: weight.default(0),
        hidden: z.array(count).min(1).default([256, 128, 64]),
        llm_dimension: count.default(32),
        /** Of LeakyReLU below zero. */
        slope: z.number().gt(0).lt(1).default(0.1),
        /** Of the hidden layers. */
        dropout: rate.default(0.2),
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
        /** The ranking loss of LLimit v1, of tanh; alone, it makes a model whose scores are margins, not probabilities. */
        margin: weight.default(0),
      })
      .prefault({}),
    schedule: z
      .strictObject({
        epochs: count.default(8),
        /** At least so many steps: with few prompts there are more epochs. */
        least_steps: z.int().nonnegative().default(800),
        /** Prompts of a batch, each with all its outcomes. */
        batch_prompts: count.default(64),
        warm_up_steps: z.int().nonnegative().default(100),
        /** Epochs without a better dev loss after which the training of a component ends. */
        patience: count.default(3),
      })
      .prefault({}),
    data: z
      .strictObject({
        /** If prompts carry no split, this share of them is held out, by a hash of the text. */
        dev_share: z.number().gt(0).lt(1).default(DEV_SHARE),
        /**
         * A category with fewer training prompts than this is joined with those whose names begin alike, up to the last `:`, `/`
         * or `-`: `code:sql-understanding` with `code:sql`. 0 joins none.
         */
        join_categories_below: z.int().nonnegative().default(0),
        /** A category that is then still smaller than this is joined with the other small ones. */
        smallest_category: count.default(10),
        /** Each of the n outcomes of a source counts n^-e in the losses of outcomes: 0 for all alike, 1 for sources that count alike. */
        source_exponent: z.number().min(0).max(1).default(0.5),
      })
      .prefault({}),
    evidence: z
      .strictObject({
        /** Clusters of training prompts, in which familiarity is measured; a category has one at least. */
        regions: count.default(256),
        /** How far the logits of unfamiliar prompts are trusted: see `levelFactor`. */
        level: z
          .strictObject({
            least: z.number().gt(0).lte(1).default(0.6),
            full: z.number().gt(0).lte(1).default(0.25),
          })
          .prefault({}),
        /** Standard deviation of a logit, as the card has it; wider if the dev split asks for it. */
        deviation: z
          .strictObject({
            base: weight.default(0.24),
            sparse: weight.default(0.49),
            unfamiliar: weight.default(0.91),
          })
          .prefault({}),
      })
      .prefault({}),
    guard: z
      .strictObject({
        /** Standard errors by which an LLM must be better than the baseline: see `guardedChoice`. */
        z: weight.default(0.75),
      })
      .prefault({}),
    /**
     * Bounds of familiarity, and of the outcomes of an LLM on the category of the prompt, below which a choice is not better than the
     * baseline of the guard; 0 for none. `evaluate-unseen --leave-out sources` measures what they are worth.
     */
    abstain: z
      .strictObject({
        familiarity: z.number().min(0).max(1).default(0.05),
        evidence: weight.default(0),
      })
      .prefault({}),
    /** How long answers are, fitted to those whose tokens were counted: see `fitLengths`. */
    lengths: z
      .strictObject({
        /** Directions in which prompts differ in length for some LLMs and not for others, at most; 0 leaves lengths out. */
        width: z.int().nonnegative().default(24),
        /** Of prompts in each of two partitions, at most. */
        clusters: count.default(128),
        /** Of the square of what a direction does for one LLM and not for all. */
        penalty: z.number().positive().default(60),
        /** Of conjugate gradients, which end before they fit chance. */
        iterations: count.default(60),
      })
      .prefault({}),
  })
  .refine(
    ({ kinds, tower }) => kinds.weight + tower.weight > 0,
    'expected kinds.weight or tower.weight above 0',
  )

export type Recipe = z.infer<typeof recipeSchema>

/**
 * The recipe of a JSON file; what it leaves out has its default.
 * @throws LLimitError INVALID_FILE if it cannot be read or a field is wrong, naming it.
 */
export async function readRecipe(file: string): Promise<Recipe> {
  return readJsonFile(file, recipeSchema, { name: file, code: 'INVALID_FILE' })
}
