import { RAW_FEATURES } from './rawFeatures.js'
import type { PromptText, RawFeatureName } from './rawFeatures.js'

/** The features of the first version, in the order in which its networks were trained. */
const V1_FEATURES: readonly RawFeatureName[] = [
  'hasCodeRequest',
  'hasCodeBlock',
  'hasMath',
  'hasNumbers',
  'hasMathSymbols',
  'hasCreative',
  'hasFactual',
  'hasInstruction',
  'hasRoleplay',
  'hasAnalysis',

  'charCount',
  'wordCount',
  'sentenceCount',
  'typeTokenRatio',
  'averageWordLength',
  'questionMarkCount',
  'nestingCount',
  'multiPartCount',

  'domainScience',
  'domainMedicine',
  'domainLaw',
  'domainFinance',
  'domainTech',
  'domainAcademic',
  'domainCasual',
  'domainFormal',
  'domainPhilosophical',
  'domainHistorical',
  'domainPersonal',
  'domainBusiness',

  'informalCount',
  'startsWithVerb',
  'isQuestion',
  'specificityCount',
  'politenessCount',
  'urgencyCount',

  'historyTurns',
  'isFollowup',
  'historyChars',
  'historyAssistantTurns',

  'expectsList',
  'expectsTable',
  'expectsJson',
  'expectsCode',
  'expectsLong',
]

export const V1_FEATURE_COUNT = V1_FEATURES.length

/** `[45]` raw values: this version scales nothing, so a long prompt puts tens of thousands into the network. */
export function v1Features(prompt: PromptText): Float32Array {
  return Float32Array.from(V1_FEATURES, (name) => RAW_FEATURES[name](prompt))
}

/** The same, feature by feature. */
export function* v1Steps(prompt: PromptText): Generator<void, Float32Array> {
  const features = new Float32Array(V1_FEATURE_COUNT)
  for (const [i, name] of V1_FEATURES.entries()) {
    features[i] = RAW_FEATURES[name](prompt)
    yield
  }
  return features
}
