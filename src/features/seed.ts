import { QUANTITIES } from './quantities.js'
import type { PromptText, QuantityName } from './quantities.js'

/** The features of the first version, in the order in which its networks were trained. */
const SEED_FEATURES: readonly QuantityName[] = [
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

export const SEED_FEATURE_COUNT = SEED_FEATURES.length

/** `[45]` raw values: this version scales nothing, so a long prompt puts tens of thousands into the network. */
export function seedFeatures(prompt: PromptText): Float32Array {
  return Float32Array.from(SEED_FEATURES, (name) => QUANTITIES[name](prompt))
}
