import { z } from 'zod'

import { asciiLine, parsedLine } from './report.js'

const MAX_UINT16 = 2 ** 16 - 1

/** Numbers in [0, 1] to 1e-5: 16 bits each, little-endian, in base64. */
const probabilities = z.base64().transform((text) => uint16sIn(text).map((value) => value / MAX_UINT16))

/** Places in a list, in the same form. */
const places = z.base64().transform(uint16sIn)

const servedModel = z.object({
  /** As requests name it. */
  model: z.string(),
  version: z.int(),
  /** Of its card. */
  sha256: z.string(),
})

/** Which saved models the lines after it are of. */
const headLine = z.object({
  live: servedModel,
  shadow: servedModel,
  /** LLMs that both have; the lines name them by their places here. */
  llms: z.array(z.string()),
})

/** What both made of a prompt. M LLMs. */
const promptLine = z.object({
  /** Milliseconds since 1970. */
  at: z.int(),
  /** [M] LLMs that the request asked for and both have. */
  llms: places,
  /** [M] */
  p_live: probabilities,
  p_shadow: probabilities,
  /** Place of the LLM with the highest probability; null for one LLM. */
  best: z.tuple([z.int(), z.int()]).nullable(),
  familiarity: z.tuple([z.number().nullable(), z.number().nullable()]),
  /** That the shadow took. */
  ms: z.number(),
})

/** What both had said of an outcome that was reported. */
const outcomeLine = z.object({
  at: z.int(),
  /** A hash of the id. */
  id: z.string(),
  /** Place of the LLM. */
  llm: z.int(),
  score: z.number().min(0).max(1),
  p_live: z.number(),
  p_shadow: z.number(),
})

/** Prompts that were not compared, since the line before. */
const lostLine = z.object({ at: z.int(), dropped: z.int(), failed: z.int() })

export type HeadLine = z.output<typeof headLine>
export type PromptLine = z.output<typeof promptLine>
export type OutcomeLine = z.output<typeof outcomeLine>
export type LostLine = z.output<typeof lostLine>

/** A line of the log of the shadow, by what it has. */
const anyLine = z.union([
  headLine.transform((head) => ({ head })),
  promptLine.transform((prompt) => ({ prompt })),
  outcomeLine.transform((outcome) => ({ outcome })),
  lostLine.transform((lost) => ({ lost })),
])
export type ShadowLine = z.output<typeof anyLine>

/** @returns undefined for a line that a crash has cut off. */
export function parseShadowLine(text: string): ShadowLine | undefined {
  return parsedLine(anyLine, text)
}

export function textOfHead(head: HeadLine): string {
  return asciiLine(head)
}

export function textOfPrompt(line: PromptLine): string {
  const { llms, p_live, p_shadow, ...rest } = line
  const ofProbabilities = (values: readonly number[]) =>
    base64Of(values.map((value) => Math.round(value * MAX_UINT16)))
  return asciiLine({
    ...rest,
    llms: base64Of(llms),
    p_live: ofProbabilities(p_live),
    p_shadow: ofProbabilities(p_shadow),
  })
}

export function textOfOutcome(line: OutcomeLine): string {
  return asciiLine(line)
}

export function textOfLost(line: LostLine): string {
  return asciiLine(line)
}

function base64Of(values: readonly number[]): string {
  const bytes = Buffer.alloc(2 * values.length)
  values.forEach((value, i) => bytes.writeUInt16LE(value, 2 * i))
  return bytes.toString('base64')
}

function uint16sIn(text: string): number[] {
  const bytes = Buffer.from(text, 'base64')
  return Array.from({ length: bytes.length >> 1 }, (_, i) => bytes.readUInt16LE(2 * i))
}
