import { createHash } from 'node:crypto'

import { z } from 'zod'

import type { FeatureSpec } from '../card.js'

/** Float32 numbers, little-endian, in base64. */
const vector = z.string().transform((text, context) => {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length % Float32Array.BYTES_PER_ELEMENT === 0) return asNumbers(bytes)
  context.issues.push({ code: 'custom', message: 'expected float32 numbers in base64', input: text })
  return z.NEVER
})

/** A line of the log of reported outcomes. */
const line = z.object({
  id: z.string().min(1),
  /** When it was reported. */
  at: z.iso.datetime(),
  /** As the report names it, and the version that answered. */
  model: z.string(),
  version: z.int(),
  /** Identity of the encoder. */
  encoder: z.string(),
  /** Identity of what turns prompts into features: version and scaler. */
  feature_spec: z.string(),
  /** By the name that the saved model has for it. */
  llm: z.string(),
  score: z.number().min(0).max(1),
  /** Of the answer. */
  tokens: z.exactOptional(z.int().nonnegative()),
  /** That the saved model gave when the outcome was reported. */
  probability: z.number().min(0).max(1),
  familiarity: z.number().min(0).max(1).nullable(),
  /** [E] */
  embedding: vector,
  /** [F] */
  features: vector,
  /** The prompt, if the operator wants it to be kept. */
  text: z.exactOptional(z.string()),
})

/** What came of a prompt that an LLM was chosen for, with all that learning from it needs. */
export type Report = z.output<typeof line>

/** @returns undefined for a line that is no report, as a crash leaves one. */
export function parseReport(text: string): Report | undefined {
  return parsedLine(line, text)
}

/** @returns undefined for a line that is not what is expected, as a crash leaves one. */
export function parsedLine<S extends z.ZodType>(schema: S, text: string): z.output<S> | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

export function reportLine({ embedding, features, ...rest }: Report): string {
  return asciiLine({ ...rest, embedding: asBase64(embedding), features: asBase64(features) })
}

/** One line of JSON in ASCII, so that one that is cut off is text still, wherever it ends. */
export function asciiLine(value: object): string {
  const escape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  return `${JSON.stringify(value).replace(/[^\x20-\x7e]/g, escape)}\n`
}

function asBase64(numbers: Float32Array): string {
  const bytes = Buffer.alloc(numbers.byteLength)
  numbers.forEach((value, i) => bytes.writeFloatLE(value, i * Float32Array.BYTES_PER_ELEMENT))
  return bytes.toString('base64')
}

function asNumbers(bytes: Buffer): Float32Array {
  const length = bytes.length / Float32Array.BYTES_PER_ELEMENT
  return Float32Array.from({ length }, (_, i) => bytes.readFloatLE(i * Float32Array.BYTES_PER_ELEMENT))
}

/** Equal for saved models that turn prompts into the same features. */
export function identityOfFeatures(spec: FeatureSpec): string {
  return createHash('sha256').update(JSON.stringify(spec)).digest('hex')
}
