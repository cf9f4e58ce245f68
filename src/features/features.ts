import type { FeatureSpec } from '../card.js'
import { readPrompt, readPromptInSteps } from './rawFeatures.js'
import { V1_FEATURE_COUNT, v1Features, v1Steps } from './v1.js'
import { fitScaler, rawV2Features, V2_FEATURE_COUNT, v2Features, v2Steps } from './v2.js'

/** Length of the vector that `extractFeatures` gives. */
export function featureCount(version: FeatureSpec['version']): number {
  return version === 'v1' ? V1_FEATURE_COUNT : V2_FEATURE_COUNT
}

/**
 * The scalar features of a prompt, by one of the two versions of LLimit v1: `[45]` for v1, `[44]` for v2. Every value is
 * finite, whatever the prompt and the scaler.
 */
export function extractFeatures(prompt: string, spec: FeatureSpec): Float32Array {
  const text = readPrompt(prompt)
  return spec.version === 'v1' ? v1Features(text) : v2Features(text, spec.scaler)
}

/** The same in steps, for a prompt of which they take long: 50 ms for 200,000 characters. */
export function* featureSteps(prompt: string, spec: FeatureSpec): Generator<void, Float32Array> {
  const text = yield* readPromptInSteps(prompt)
  yield
  return yield* spec.version === 'v1' ? v1Steps(text) : v2Steps(text, spec.scaler)
}

/** Features v2, scaled for a training set. */
export function fitFeatures(prompts: readonly string[]): FeatureSpec {
  return { version: 'v2', scaler: fitScaler(prompts.map((prompt) => rawV2Features(readPrompt(prompt)))) }
}
