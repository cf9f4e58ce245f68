import { z } from 'zod'

import { invalidCheckpoint } from './invalidCheckpoint.js'
import { isList } from './pickle/values.js'
import type { Dict, PyValue } from './pickle/values.js'
import { listFaults } from './wording.js'

/** 45 features as they are in the seed era, 44 transformed and scaled ones at HEAD. */
const SEED_FEATURES = 45
const HEAD_FEATURES = 44

const count = z.int().positive()

/** The original's default has 3. */
const MAX_HIDDEN_LAYERS = 64

/** Keys of the original that matter to inference; the rest (optimizer, history, printing) is for training alone. */
const settingsSchema = z.object({
  embedding_model_name: z.string().min(1),
  embedding_dim: count,
  prompt_features_dim: z.literal([SEED_FEATURES, HEAD_FEATURES]),
  preprocessor_version: z.literal('v4'),
  model_id_embedding_dim: count,
  hidden_dims: z.array(count).max(MAX_HIDDEN_LAYERS),
})

/** The settings that matter to inference. */
export interface DenseNetworkSettings {
  version: 'v1' | 'v2'
  encoderName: string
  embeddingDimension: number
  featureCount: 45 | 44
  llmEmbeddingDimension: number
  hidden: number[]
}

/** @throws LLimitError INVALID_CHECKPOINT, naming each setting that is missing or does not fit */
export function readSettings(checkpoint: Dict): DenseNetworkSettings {
  const plain = Object.keys(settingsSchema.shape).map((key) => [key, toPlain(checkpoint.get(key))])
  const parsed = settingsSchema.safeParse(Object.fromEntries(plain))
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    throw invalidCheckpoint(`this is not a dense_network checkpoint that can be used: ${listFaults(faults)}`)
  }
  const settings = parsed.data
  return {
    version: settings.prompt_features_dim === SEED_FEATURES ? 'v1' : 'v2',
    encoderName: settings.embedding_model_name,
    embeddingDimension: settings.embedding_dim,
    featureCount: settings.prompt_features_dim,
    llmEmbeddingDimension: settings.model_id_embedding_dim,
    hidden: settings.hidden_dims,
  }
}

function toPlain(value: PyValue | undefined): unknown {
  // One more than allowed is enough to be refused, however long the list is.
  return isList(value) ? value.items.slice(0, MAX_HIDDEN_LAYERS + 1) : value
}
