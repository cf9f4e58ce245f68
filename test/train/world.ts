import { JudgedDataBuilder } from '../../src/outcomes/judgedDataBuilder.js'
import type { JudgedData } from '../../src/outcomes/outcomes.js'
import { probabilityOf } from '../../src/calibration/probability.js'
import { createRandom, gaussian, permutation } from '../../src/numeric/random.js'
import type { Random } from '../../src/numeric/random.js'

/** Width of the embeddings. */
export const E = 8

/** Half of the prompts are of each kind. */
const KINDS = ['code', 'verse'] as const

/**
 * Logit of success, by LLM and kind: some are better than others, and b and d are good at one kind only.
 * Their order on the whole is not their order on either kind.
 */
const LEVELS: Readonly<Record<string, readonly [number, number]>> = {
  a: [1.5, 1],
  b: [2.5, -2],
  c: [-0.5, 0],
  d: [-2, 2],
  e: [-1.5, -2],
}
export const LLMS = Object.keys(LEVELS)

export interface World {
  data: JudgedData
  /** [P, E] of unit length */
  embeddings: Float32Array
}

interface Wishes {
  seed: number
  train: number
  dev: number
  /** The split that the data names; by default as many as `train` and `dev` say. */
  split?: (p: number) => string
  category?: (kind: string) => string
  /** Whether outcomes are there, and how many comparisons of each prompt. */
  outcomes?: boolean
  comparisons?: number
  /** Scores have nothing to do with prompt or LLM. */
  shuffled?: boolean
}

/** Prompts of two kinds, whose embeddings lie about two directions, judged on LLMs with a level for each kind. */
export function worldOf({ seed, train, dev, ...wishes }: Wishes): World {
  const { outcomes = true, comparisons = 0, shuffled = false, category = (kind: string) => kind } = wishes
  const split = wishes.split ?? ((p: number) => (p < train ? 'train' : 'dev'))
  const random = createRandom(seed)
  const builder = new JudgedDataBuilder()
  const embeddings = new Float32Array((train + dev) * E)
  for (let p = 0; p < train + dev; p++) {
    const k = random() < 0.5 ? 0 : 1
    const kind = KINDS[k]
    const prompt = {
      prompt: `${kind} number ${p}`,
      source: 'made up',
      category: category(kind),
      split: split(p),
    }
    embeddings.set(embeddingOf(k, random), p * E)
    const chance = (llm: string) => (shuffled ? 0.5 : probabilityOf(LEVELS[llm]?.[k] ?? NaN))
    const scores = Object.fromEntries(LLMS.map((llm) => [llm, random() < chance(llm) ? 1 : 0]))
    if (outcomes) builder.addOutcomes({ ...prompt, scores })
    for (let c = 0; c < comparisons; c++) {
      const [a = '', b = ''] = Array.from(permutation(LLMS.length, random), (llm) => LLMS[llm] ?? '')
      const preference = ((scores[a] ?? 0) - (scores[b] ?? 0) + 1) / 2
      builder.addComparison({ ...prompt, a, b, preference })
    }
  }
  return { data: builder.build([{ name: 'world.jsonl', sha256: '0'.repeat(64) }]), embeddings }
}

/** Of unit length, about 45 degrees off the axis of its kind. */
function embeddingOf(kind: number, random: Random): Float32Array {
  const values = Float32Array.from(
    { length: E },
    (_, e) => (e === kind ? 1 : 0) + gaussian(random) / Math.sqrt(E),
  )
  const length = Math.hypot(...values)
  return values.map((value) => value / length)
}

/** Embeddings of any texts, by their characters. */
export function fakeEmbed(prompts: readonly string[]): Promise<Float32Array> {
  const embeddings = prompts.map((prompt) => {
    const sum = Array.from(prompt).reduce((total, character) => total + (character.codePointAt(0) ?? 0), 1)
    return embeddingOf(sum % 2, createRandom(sum))
  })
  return Promise.resolve(Float32Array.from(embeddings.flatMap((values) => Array.from(values))))
}
