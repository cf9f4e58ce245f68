import type { FeatureScaler } from '../card.js'
import { at } from '../numeric/at.js'
import { RAW_FEATURES } from './rawFeatures.js'
import type { PromptText, RawFeatureName } from './rawFeatures.js'
import { scaledFrom, transform } from './transform.js'
import type { NumericFeature } from './transform.js'

/** A number as it is; 0 is a value like any other. */
function number(name: RawFeatureName): NumericFeature {
  return { raw: RAW_FEATURES[name], log: true, zeroInflated: false }
}

/** A count that is 0 for most prompts. */
function zeroInflatedCount(name: RawFeatureName): NumericFeature {
  return { raw: RAW_FEATURES[name], log: true, zeroInflated: true }
}

/** Per character of the prompt. */
function density(name: RawFeatureName): NumericFeature {
  return {
    raw: (prompt) => RAW_FEATURES[name](prompt) / Math.max(prompt.length, 1),
    log: true,
    zeroInflated: true,
  }
}

/** The numeric features, in the order in which its networks and scalers were trained. */
const NUMERIC_FEATURES: readonly NumericFeature[] = [
  number('charCount'),
  number('wordCount'),
  number('sentenceCount'),
  { raw: (prompt) => 1 - RAW_FEATURES.typeTokenRatio(prompt), log: false, zeroInflated: true },
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
  zeroInflatedCount('historyTurns'),
  zeroInflatedCount('historyChars'),
]

/** The booleans after them, 1 or 0, never scaled. */
const BOOLEAN_FEATURES: readonly RawFeatureName[] = [
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

export const V2_FEATURE_COUNT = NUMERIC_FEATURES.length + BOOLEAN_FEATURES.length

/** The features by what they are about: indices into what `v2Features` gives. Each is in one group. */
export const FEATURE_GROUPS = {
  /** Lengths of text, sentences and words, and how often words come again. */
  length: span(0, 5),
  /** Questions, parts, brackets, and what came before. */
  structure: [...span(5, 8), ...span(24, 26), ...span(36, 39)],
  /** Words of fields of knowledge. */
  subject: span(8, 20),
  /** Formal, polite, urgent, specific. */
  tone: span(20, 24),
  /** What is to be done: code, mathematics, writing, facts, analysis. */
  task: span(26, 36),
  /** Of the answer: a list, a table, JSON, code, much text. */
  format: span(39, 44),
} as const satisfies Record<string, readonly number[]>

function span(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i)
}

export interface RawV2Features {
  /** `[26]`, before the transform */
  numeric: Float32Array
  /** `[18]`, 1 or 0 */
  booleans: Float32Array
}

export function rawV2Features(prompt: PromptText): RawV2Features {
  return {
    numeric: Float32Array.from(NUMERIC_FEATURES, (feature) => feature.raw(prompt)),
    booleans: Float32Array.from(BOOLEAN_FEATURES, (name) => RAW_FEATURES[name](prompt)),
  }
}

/** `[44]`: the numeric features scaled, then the booleans. */
export function v2Features(prompt: PromptText, scaler: FeatureScaler): Float32Array {
  return scaledV2(rawV2Features(prompt), scaler)
}

/** The same, feature by feature. */
export function* v2Steps(prompt: PromptText, scaler: FeatureScaler): Generator<void, Float32Array> {
  const raw = {
    numeric: new Float32Array(NUMERIC_FEATURES.length),
    booleans: new Float32Array(BOOLEAN_FEATURES.length),
  }
  for (const [i, feature] of NUMERIC_FEATURES.entries()) {
    raw.numeric[i] = feature.raw(prompt)
    yield
  }
  for (const [i, name] of BOOLEAN_FEATURES.entries()) {
    raw.booleans[i] = RAW_FEATURES[name](prompt)
    yield
  }
  return scaledV2(raw, scaler)
}

function scaledV2({ numeric, booleans }: RawV2Features, scaler: FeatureScaler): Float32Array {
  const scaled = NUMERIC_FEATURES.map((feature, i) =>
    transform(at(numeric, i), feature, at(scaler.mean, i), at(scaler.scale, i)),
  )
  return Float32Array.from([...scaled, ...booleans])
}

/**
 * The scaler of a training set, as LLimit v1 fits it: mean and standard deviation (over n, not n - 1) of each numeric
 * feature, or of its logarithm if that is what is scaled; of a zero-inflated feature over the prompts that have it. A
 * deviation of 0 becomes 1; both are null if no prompt has the feature.
 */
export function fitScaler(prompts: readonly RawV2Features[]): FeatureScaler {
  const fitted = NUMERIC_FEATURES.map((feature, i) => {
    const values = prompts
      .map(({ numeric }) => at(numeric, i))
      .filter((value) => !(feature.zeroInflated && value === 0))
      .map((value) => scaledFrom(value, feature))
    if (values.length === 0) return { mean: null, scale: null }
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
    return { mean: Math.fround(mean), scale: Math.fround(Math.sqrt(variance)) || 1 }
  })
  return { mean: fitted.map(({ mean }) => mean), scale: fitted.map(({ scale }) => scale) }
}
