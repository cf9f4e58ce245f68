import { z } from 'zod'

/**
 * `card.json`, the description of a saved model that lies beside its `model.json` and weights. Everything that serving
 * needs to know and that the network itself cannot say stands here, checked before anything is loaded.
 */
export const CARD_FILE = 'card.json'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a sha256 in lower-case hexadecimal')
const count = z.int().positive()

/** 26 means and 26 scales, one for each numeric HEAD feature; null stands for the NaN of a feature never seen. */
const scaler = z.strictObject({
  mean: z.array(z.number().nullable()).length(26),
  scale: z.array(z.number().nullable()).length(26),
})

/** Two versions of the original are alive in checkpoints: its first (`seed`) and the later one (`head`). */
const features = z.discriminatedUnion('version', [
  z.strictObject({ version: z.literal('seed') }),
  z.strictObject({ version: z.literal('head'), scaler }),
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

export const cardSchema = z.strictObject({
  format_version: z.literal(1),
  type: z.literal('dense_network'),
  encoder: z.strictObject({ name: z.string().min(1), dimension: count, sha256 }),
  features,
  /** LLM names in the order of the rows of the LLM embedding. Unique. */
  llms: z
    .array(z.string())
    .min(1)
    .refine((names) => new Set(names).size === names.length, 'LLM names must be unique'),
  network: z.strictObject({ hidden: z.array(count), llm_embedding_dimension: count, activation }),
  /** What a score is: `margin`, a tanh in [-1, 1] of which only the order within a prompt has a meaning. */
  output: z.enum(['margin']),
  /** File name beside the card -> sha256 of its bytes. */
  files: z
    .record(z.string().regex(/^[\w.-]+$/), sha256)
    .refine((files) => 'model.json' in files, 'must name model.json'),
  origin: z.strictObject({ source: z.string(), sha256, description: z.string() }),
  reference,
})

export type Card = z.infer<typeof cardSchema>
export type FeatureSpec = Card['features']
export type HeadScaler = z.infer<typeof scaler>
export type Activation = z.infer<typeof activation>
