import type { FeatureScaler } from '../card.js'
import { QUANTITIES } from './quantities.js'
import type { PromptText, QuantityName } from './quantities.js'
import { scaledFrom, transform } from './transform.js'
import type { NumericFeature } from './transform.js'

/** A number as it is; 0 is a value like any other. */
function number(name: QuantityName): NumericFeature {
  return { raw: QUANTITIES[name], log: true, manyZeros: false }
}

/** A number that is 0 for most prompts. */
function rareNumber(name: QuantityName): NumericFeature {
  return { raw: QUANTITIES[name], log: true, manyZeros: true }
}

/** Per character of the prompt. */
function density(name: QuantityName): NumericFeature {
  return {
    raw: (prompt) => QUANTITIES[name](prompt) / Math.max(prompt.length, 1),
    log: true,
    manyZeros: true,
  }
}

/** The numeric features of the later version, in the order in which its networks and scalers were trained. */
const NUMERIC_FEATURES: readonly NumericFeature[] = [
  number('charCount'),
  number('wordCount'),
  number('sentenceCount'),
  { raw: (prompt) => 1 - QUANTITIES.typeTokenRatio(prompt), log: false, manyZeros: true },
  number('averageWordLength'),
  density('questionMarkCount'),
  density('nestingCount'),
  density('multiPartCount'),

  density('domainScience'),
  density('domainMedicine'),
  density('domainLaw'),
  density('domainFinance'),
  density('domainTech'),
  density('domainAcademic'),
  density('domainCasual'),
  density('domainFormal'),
  density('domainPhilosophical'),
  density('domainHistorical'),
  density('domainPersonal'),
  density('domainBusiness'),

  density('informalCount'),
  density('specificityCount'),
  density('politenessCount'),
  density('urgencyCount'),
  rareNumber('historyTurns'),
  rareNumber('historyChars'),
]

/** The booleans after them, 1 or 0, never scaled. */
const BOOLEAN_FEATURES: readonly QuantityName[] = [
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
  'startsWithVerb',
  'isQuestion',
  'isFollowup',
  'expectsList',
  'expectsTable',
  'expectsJson',
  'expectsCode',
  'expectsLong',
]

export const HEAD_FEATURE_COUNT = NUMERIC_FEATURES.length + BOOLEAN_FEATURES.length

export interface HeadRaw {
  /** `[26]`, before the transform */
  numeric: Float32Array
  /** `[18]`, 1 or 0 */
  booleans: Float32Array
}

export function headRawFeatures(prompt: PromptText): HeadRaw {
  return {
    numeric: Float32Array.from(NUMERIC_FEATURES, (feature) => feature.raw(prompt)),
    booleans: Float32Array.from(BOOLEAN_FEATURES, (name) => QUANTITIES[name](prompt)),
  }
}

/** `[44]`: the numeric features scaled, then the booleans. */
export function headFeatures(prompt: PromptText, scaler: FeatureScaler): Float32Array {
  const { numeric, booleans } = headRawFeatures(prompt)
  const scaled = NUMERIC_FEATURES.map((feature, i) =>
    transform(numeric[i] ?? 0, feature, scaler.mean[i] ?? null, scaler.scale[i] ?? null),
  )
  return Float32Array.from([...scaled, ...booleans])
}

/**
 * The scaler of a training set, as the original fits it: mean and standard deviation (over n, not n - 1) of each numeric
 * feature, of its logarithm where that is what is scaled, over the prompts that have it at all where most do not. A
 * deviation of 0 becomes 1; null where no prompt has the feature.
 */
export function fitHeadScaler(prompts: readonly HeadRaw[]): FeatureScaler {
  const fitted = NUMERIC_FEATURES.map((feature, i) => {
    const values = prompts
      .map(({ numeric }) => numeric[i] ?? 0)
      .filter((value) => !(feature.manyZeros && value === 0))
      .map((value) => scaledFrom(value, feature))
    if (values.length === 0) return { mean: null, scale: null }
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
    return { mean: Math.fround(mean), scale: Math.fround(Math.sqrt(variance)) || 1 }
  })
  return { mean: fitted.map(({ mean }) => mean), scale: fitted.map(({ scale }) => scale) }
}
