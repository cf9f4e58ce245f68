import { z } from 'zod'

/**
 * `card.json`, the description of a saved model, in one folder with its `model.json` and weights. Everything that serving
 * needs to know and that the network itself cannot say stands here, checked before anything is loaded.
 */
export const CARD_FILE = 'card.json'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected a sha256 in lower-case hexadecimal')
const count = z.int().positive()
/** Of a logit. A probability does not tell 100 from more, and the square of a number without a bound is infinite. */
const deviation = z.number().min(0).max(1000)
/** The largest that the name of a folder is read as: see `splitVersion`. */
const MAX_VERSION = 999_999_999

/** Any value of JSON; by name, because it holds itself. */
export const jsonSchema = z.json()

/** 26 means and 26 scales, one for each numeric feature of v2; null stands for the NaN of a feature never seen. */
const scaler = z.strictObject({
  mean: z.array(z.number().nullable()).length(26),
  scale: z.array(z.number().nullable()).length(26),
})

/** The two versions of LLimit v1's features, by which networks were trained; older cards call them `seed` and `head`. */
const features = z.discriminatedUnion('version', [
  z.strictObject({ version: z.literal(['v1', 'seed']).transform(() => 'v1' as const) }),
  z.strictObject({ version: z.literal(['v2', 'head']).transform(() => 'v2' as const), scaler }),
])

const activation = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('relu') }),
  z.strictObject({ type: z.literal('leaky_relu'), slope: z.number().positive() }),
])

/** A few prompts with the scores that an independent computation gave them: `scores[llm][prompt]`. */
const reference = z.strictObject({
  prompts: z.array(z.string()).min(1),
  llms: z.array(z.string()).min(1),
  scores: z.array(z.array(z.number())),
  /** Largest difference that float32 arithmetic in another order may make. */
  tolerance: z.number().positive(),
})

/** From a logit to the probability of success: 1 / (1 + exp(-(slope * logit + intercept))), fitted on held-out prompts. */
const calibration = z.strictObject({
  type: z.literal('platt'),
  slope: z.number().positive(),
  intercept: z.number(),
})

/**
 * How much the training data says, LLM by LLM and region by region. A region is a cluster of training prompts; the
 * tensors lie in EVIDENCE_FILE.
 */
const evidence = z.strictObject({
  /** Number of regions R. */
  regions: count,
  /** Labeled outcomes of each LLM, in the order of `llms`. */
  outcomes: z.array(z.int().nonnegative()),
  /**
   * Cosines of held-out prompts to their nearest centroid, at equal steps from the least to the greatest: what a prompt's
   * familiarity is read from.
   */
  familiarity: z.array(z.number()).min(2),
  /**
   * The category of the training prompts of each region, '' for none: a region is a part of one, and the outcomes that count for
   * an LLM there are those on the whole category. Absent: a region is what counts.
   */
  categories: z.exactOptional(z.array(z.string())),
  /**
   * Factor of all logits of a prompt of familiarity f: least + (1 - least) * min(1, f / full). Absent: 1. Source-out evaluations
   * choose it.
   */
  level: z.exactOptional(z.strictObject({ least: z.number().gt(0).lte(1), full: z.number().gt(0).lte(1) })),
  /**
   * Standard deviation of a logit whose LLM has n outcomes in the prompt's region, for a prompt of familiarity f in
   * [0, 1]: sqrt(base^2 + sparse^2 / (n + 1) + unfamiliar^2 * (1 - f)^2). The interval covers `level` of them.
   */
  interval: z.strictObject({
    level: z.number().gt(0).lt(1),
    base: deviation,
    sparse: deviation,
    unfamiliar: deviation,
  }),
})

/** What LLMs have in common on a prompt besides what the network knows of it: see `SharedDifficulty`. */
const sharedDifficulty = z.strictObject({
  /** Standard deviation of the logits, fitted on held-out prompts. */
  deviation: z.number().min(0).max(4),
})

/**
 * How a router stays out of harm where little is known: it takes the baseline, the LLM with the highest mean over the training
 * sources, unless the logit of another is higher by z standard errors of the difference. Source-out evaluations choose z.
 */
const guard = z.strictObject({ baseline: z.string(), z: z.number().nonnegative() })

/**
 * Where a choice is not better than the baseline of the guard: for prompts of less familiarity, and for LLMs with fewer outcomes on
 * the category of the prompt. Choices on sources left out of training say so; a bound that they do not ask for is absent.
 */
const abstain = z.strictObject({
  familiarity: z.exactOptional(z.number().min(0).max(1)),
  evidence: z.exactOptional(z.number().nonnegative()),
})

/** How long the answers of the LLMs are: see `LengthModel`. The tensors lie in LENGTHS_FILE. */
const lengths = z.strictObject({
  /** Counted answers of each LLM, in the order of `llms`; of one with none, what is said is that of LLMs like it. */
  counted: z.array(z.int().nonnegative()),
  /** Numbers of an LLM's vector. */
  width: count,
  /** Partitions of the prompts into clusters, each with what it multiplies features by before it looks at angles. */
  partitions: z.array(z.strictObject({ clusters: count, feature_weight: z.number().nonnegative() })).min(1),
  /** Factor of cosines in the softmax of clusters. */
  sharpness: z.number().positive(),
  /** Counted answers near a prompt at which those of the LLM and of LLMs like it count alike. */
  halfway: z.number().positive(),
  /** Variance of the log of a length that rests on LLMs like it, besides that of the answers. */
  like_variance: z.number().nonnegative(),
  /** Tokens of the longest answer in the training data. */
  longest: z.number().min(1),
  /** Ends of an interval that covers `level` of the answers, in standard deviations of the log, fitted on held-out prompts. */
  interval: z
    .strictObject({ level: z.number().gt(0).lt(1), low: z.number(), high: z.number() })
    .refine(({ low, high }) => low <= high, 'expected low of at most high'),
})

/** What a saved model that was trained here was trained on, how, and how good it was on held-out prompts. */
const training = z.strictObject({
  command: z.string(),
  seed: z.int(),
  backend: z.string(),
  seconds: z.number().nonnegative(),
  recipe: z.record(z.string(), jsonSchema),
  data: z.strictObject({
    files: z.array(z.strictObject({ name: z.string(), sha256 })),
    prompts: count,
    outcomes: z.int().nonnegative(),
    comparisons: z.int().nonnegative(),
    /** Comparisons of each LLM, in the order of `llms`; absent if there are none. */
    llm_comparisons: z.exactOptional(z.array(z.int().nonnegative())),
    /** Prompts per source. */
    sources: z.record(z.string(), z.int().nonnegative()),
  }),
  /** Name of a metric on the held-out split -> its value. */
  metrics: z.record(z.string(), z.number()),
})

const addedLlm = z.strictObject({
  llm: z.string(),
  /** Labeled outcomes that its row was fitted to. */
  outcomes: z.int().nonnegative(),
  /** LLMs whose mean it started from; all of them if none is named. */
  relatives: z.array(z.string()),
})

/**
 * A file of a trained model: `centroids` [R, E] of unit length, `outcomes` [M, R] per LLM and region, the sums of their scores
 * `successes` [M, R], which older ones lack, and the Gaussian prior of an LLM's row, `prior_mean` [W] and `prior_factor` [W, W],
 * that a new LLM starts from.
 */
export const EVIDENCE_FILE = 'evidence.safetensors'

/** A file of a trained model with counted answers: see `LengthModel`. */
export const LENGTHS_FILE = 'lengths.safetensors'

const denseNetworkCard = z.strictObject({
  format_version: z.literal(1),
  type: z.literal('dense_network'),
  /** Counts up with every version that replaces another; a card without one is the first. */
  version: z.int().positive().max(MAX_VERSION).default(1),
  encoder: z.strictObject({
    name: z.string().min(1),
    dimension: count,
    /** Of the weights. */
    sha256,
    /** Of everything that a vector rests on: weights, pooling, prompt, tokenizer and limits. Older cards do not name it. */
    identity: z.exactOptional(sha256),
  }),
  features,
  /** LLM names in the order of the rows of the LLM embedding. Unique. */
  llms: z
    .array(z.string())
    .min(1)
    .refine((names) => new Set(names).size === names.length, 'expected unique LLM names'),
  network: z.strictObject({
    hidden: z.array(count),
    llm_embedding_dimension: count,
    activation,
    /** Latent classes of prompts of a gated branch, on each of which every LLM has a score. */
    kinds: z.exactOptional(count),
  }),
  /**
   * What a score is: `margin`, a tanh in [-1, 1] of which only the order within a prompt has a meaning, or `probability`
   * of success in [0, 1]: the network gives a logit, `calibration` makes it one.
   */
  output: z.enum(['margin', 'probability']),
  calibration: z.exactOptional(calibration),
  evidence: z.exactOptional(evidence),
  lengths: z.exactOptional(lengths),
  guard: z.exactOptional(guard),
  abstain: z.exactOptional(abstain),
  /** Without it nothing is known of how the outcomes of LLMs on one prompt depend on each other. */
  shared_difficulty: z.exactOptional(sharedDifficulty),
  training: z.exactOptional(training),
  /** LLMs that were added after the training, with the network as it was; they are the last of `llms`. */
  added: z.exactOptional(z.array(addedLlm)),
  /** Name of every other file of the folder -> sha256 of its bytes. */
  files: z
    .record(z.string().regex(/^[\w.-]+$/), sha256)
    .refine((files) => 'model.json' in files, 'expected model.json among the files'),
  origin: z.strictObject({ source: z.string(), sha256, description: z.string() }),
  reference,
})

/** The card of any saved model, by its type. */
export const cardSchema = z.discriminatedUnion('type', [denseNetworkCard])

export type Card = z.infer<typeof cardSchema>
export type FeatureSpec = Card['features']
export type FeatureScaler = z.infer<typeof scaler>
export type Calibration = z.infer<typeof calibration>
export type EvidenceSpec = z.infer<typeof evidence>
export type SharedDifficultySpec = z.infer<typeof sharedDifficulty>
export type LengthSpec = z.infer<typeof lengths>
export type Training = z.infer<typeof training>
export type Activation = z.infer<typeof activation>
