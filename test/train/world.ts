import { probabilityOf } from '../../src/calibration/probability.js'
import { at } from '../../src/numeric/at.js'
import { matrixOf } from '../../src/numeric/matrix.js'
import type { Matrix } from '../../src/numeric/matrix.js'
import { createRandom, gaussian, permutation } from '../../src/numeric/random.js'
import type { Random } from '../../src/numeric/random.js'
import { JudgedDataBuilder } from '../../src/outcomes/judgedDataBuilder.js'
import type { JudgedData } from '../../src/outcomes/outcomes.js'

/** Width of the embeddings. */
export const E = 8

/** Half of the prompts are about each. */
const TOPICS = ['code', 'verse'] as const

/**
 * Logit of success, by LLM and topic: some are better than others, and b and d are good at one topic only.
 * Their order on the whole is not their order on either topic.
 */
const LOGITS = {
  a: [1.5, 1],
  b: [2.5, -2],
  c: [-0.5, 0],
  d: [-2, 2],
  e: [-1.5, -2],
} as const
export const LLMS = Object.keys(LOGITS)

/** Log of the mean length of an answer, by LLM and topic: some are wordy, and c is wordy in verse only. */
const LOG_TOKENS = { a: [6, 5], b: [5, 4], c: [4, 6], d: [3, 2], e: [5, 4] } as const
const TOKENS_DEVIATION = 0.2

export interface World {
  data: JudgedData
  /** [P, E] of unit length */
  embeddings: Matrix
}

interface WorldOptions {
  seed: number
  train: number
  dev: number
  /** The split that the data names; by default as many as `train` and `dev` say. */
  split?: (p: number) => string
  category?: (topic: string) => string
  /** Whether outcomes are there, and how many comparisons of each prompt. */
  outcomes?: boolean
  comparisons?: number
  /** LLMs whose answers were counted. */
  counted?: readonly string[]
  /** Scores have nothing to do with prompt or LLM. */
  shuffled?: boolean
}

/** Prompts about two topics, whose embeddings lie about two directions, judged on LLMs with a logit for each topic. */
export function worldOf({ seed, train, dev, ...options }: WorldOptions): World {
  const {
    outcomes = true,
    comparisons = 0,
    counted = [],
    shuffled = false,
    category = (topic: string) => topic,
  } = options
  const split = options.split ?? ((p: number) => (p < train ? 'train' : 'dev'))
  const random = createRandom(seed)
  const builder = new JudgedDataBuilder()
  const embeddings = new Float32Array((train + dev) * E)
  for (let p = 0; p < train + dev; p++) {
    const t = random() < 0.5 ? 0 : 1
    const topic = TOPICS[t]
    const prompt = {
      prompt: `${topic} number ${p}`,
      source: 'made up',
      category: category(topic),
      split: split(p),
    }
    embeddings.set(embeddingOf(t, random), p * E)
    const scores = new Map(
      Object.entries(LOGITS).map(([llm, logits]) => {
        const chance = shuffled ? 0.5 : probabilityOf(logits[t])
        return [llm, random() < chance ? 1 : 0]
      }),
    )
    // Of their own, so that scores are the same whoever was counted.
    const tokens = tokensOf(t, counted, createRandom(seed + p))
    if (outcomes) builder.addOutcomes({ ...prompt, scores: Object.fromEntries(scores), tokens })
    for (let c = 0; c < comparisons; c++) {
      const order = permutation(LLMS.length, random)
      const [a, b] = [at(LLMS, at(order, 0)), at(LLMS, at(order, 1))]
      const preference = (Number(scores.get(a)) - Number(scores.get(b)) + 1) / 2
      builder.addComparison({ ...prompt, a, b, preference })
    }
  }
  const data = builder.build([{ name: 'world.jsonl', sha256: '0'.repeat(64) }])
  return { data, embeddings: matrixOf(embeddings, E) }
}

function tokensOf(topic: 0 | 1, counted: readonly string[], random: Random): Record<string, number> {
  const tokens = Object.entries(LOG_TOKENS).map(([llm, logs]) => {
    return [llm, Math.round(Math.exp(logs[topic] + TOKENS_DEVIATION * gaussian(random)))] as const
  })
  return Object.fromEntries(tokens.filter(([llm]) => counted.includes(llm)))
}

/** Of unit length, about 45 degrees off the axis of its topic. */
function embeddingOf(topic: number, random: Random): Float32Array {
  const values = Float32Array.from(
    { length: E },
    (_, e) => (e === topic ? 1 : 0) + gaussian(random) / Math.sqrt(E),
  )
  const length = Math.hypot(...values)
  return values.map((value) => value / length)
}

/** Embeddings of any texts, by their characters. */
export function fakeEmbed(prompts: readonly string[]): Promise<Matrix> {
  const embeddings = prompts.map((prompt) => {
    const sum = Array.from(prompt).reduce((total, character) => total + Number(character.codePointAt(0)), 1)
    return embeddingOf(sum % 2, createRandom(sum))
  })
  const data = Float32Array.from(embeddings.flatMap((values) => Array.from(values)))
  return Promise.resolve(matrixOf(data, E))
}
