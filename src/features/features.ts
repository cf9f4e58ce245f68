import type { FeatureSpec } from '../card.js'
import { fitHeadScaler, HEAD_FEATURE_COUNT, headFeatures, headRawFeatures } from './head.js'
import type { HeadRaw } from './head.js'
import { readPrompt } from './quantities.js'
import { SEED_FEATURE_COUNT, seedFeatures } from './seed.js'

/** Length of the vector that `extractFeatures` gives. */
export function featureCount(version: FeatureSpec['version']): number {
  return version === 'seed' ? SEED_FEATURE_COUNT : HEAD_FEATURE_COUNT
}

/**
 * The scalar features of a prompt, as one of the two versions of the original computes them: `[45]` for seed, `[44]` for
 * head. Every value is finite, whatever the prompt and the scaler.
 */
export function extractFeatures(prompt: string, spec: FeatureSpec): Float32Array {
  const text = readPrompt(prompt)
  return spec.version === 'seed' ? seedFeatures(text) : headFeatures(text, spec.scaler)
}

/** The head version with the scaler of a training set. */
export function fitFeatures(prompts: readonly string[]): FeatureSpec {
  return { version: 'head', scaler: fitHeadScaler(prompts.map(headRaw)) }
}

/** The features of the head version before they are scaled: what a scaler is fitted on. */
export function headRaw(prompt: string): HeadRaw {
  return headRawFeatures(readPrompt(prompt))
}
