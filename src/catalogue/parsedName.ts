import { at } from '../numeric/at.js'
import { withoutDate } from './dates.js'
import { flat, spellingsOf } from './spellings.js'

/** What the name of an LLM says, part by part. */
export interface ParsedName {
  /** Family, version, size and variant, sorted: two LLMs that differ in one of these never have the same words. */
  words: readonly string[]
  /** As `withoutDate` writes it. */
  date: string | undefined
  /** Reasoning effort, on the scale of `EFFORTS`; undefined if the name does not say. */
  effort: number | undefined
  /** Words such as `preview`, of LLMs of which a stable one has the same name. */
  stage: string
  /** How it is served (precision, provider), which changes it little. */
  serving: string
  /** Whether the name says that it follows instructions, among LLMs whose base is published too. */
  isTuned: boolean
  /** Whether the name asks for the newest. */
  isLatest: boolean
}

/** A name that can be scored. */
export interface KnownName extends ParsedName {
  name: string
  /** In lower case, without its date. */
  undated: string
  /** When the LLM was released, if anybody says. */
  released?: string
}

/** From none to most; `thinking` is what providers without a scale call a mode of the same weights. */
const EFFORTS = new Map([
  ['none', 0],
  ['minimal', 1],
  ['low', 2],
  ['medium', 3],
  ['high', 4],
  ['thinking', 4.5],
  ['xhigh', 5],
])
/** What a provider takes where a name says nothing, unless the catalogue knows better. */
export const DEFAULT_EFFORT = 3

/** A name that stands for generations of different sizes, told apart by the month alone. */
export const DATED_GENERATIONS = /^(?:mistral|ministral|magistral|codestral|devstral|pixtral)$/

const SCALED = /^(?:gpt|o\d|codex|gemini|grok|claude)$/
/** For others, LLMs that think have weights of their own. */
const SWITCHED = /^(?:claude|gemini|deepseek|glm|nemotron|mistral)$/
/** Their previews and chat forms are LLMs of their own. */
const NAMED_APART = /^(?:gpt|chatgpt|o\d)$/

const SIZE = /^(?:\d+x)?[ae]?\d+(?:_\d+)?[bmt]$/
const STAGE = /^(?:preview|exp|experimental|beta)$/
const TUNED = /^(?:instruct|it|inst|chat)$/
const SERVING = /^(?:fp8|fp16|bf16|int4|int8|awq|gptq|gguf|nvfp4|mxfp4|maas|hf|q\d|tput|free|via_.*)$/
/** Providers call fast deployments of open weights so; elsewhere these are names of LLMs. */
const SERVING_OF_SIZED = /^(?:turbo|lite|instant|versatile|fast|reference)$/
const MAKERS =
  /^(?:(?:meta|facebook|openai|anthropic|google|databricks|nvidia|microsoft|mistralai|cohere|amazon|xai)-)+(?=.)/

/** Takes a name apart, however a provider writes it. */
export function parseName(name: string): ParsedName {
  const spellings = spellingsOf(name)
  const spelling = at(spellings, spellings.length - 1)
  const { rest, date } = withoutDate(separated(spelling))
  const words = joinNumbers(rest.split('-').flatMap(splitVersion).filter(Boolean))
  const has = (pattern: RegExp) => words.some((word) => pattern.test(word))
  const [isSized, isApart, isScaled] = [has(SIZE), has(NAMED_APART), has(SCALED)]
  const isSwitched = has(SWITCHED)
  const parsed = { effort: undefined as number | undefined, isTuned: false, isLatest: false }
  const [kept, stage, serving]: [string[], string[], string[]] = [[], [], []]
  for (const word of words) {
    const effort = EFFORTS.get(word)
    if (word === 'latest') parsed.isLatest = true
    else if (effort !== undefined && (word === 'thinking' ? isSwitched : isScaled)) parsed.effort = effort
    else if (SERVING.test(word) || (isSized && SERVING_OF_SIZED.test(word))) serving.push(word)
    else if (!isApart && STAGE.test(word)) stage.push(word)
    else if (!isApart && TUNED.test(word)) parsed.isTuned ||= isSized
    else kept.push(word)
  }
  const text = (list: string[]) => list.sort().join('-')
  return { ...parsed, words: kept.sort(), date, stage: text(stage), serving: text(serving) }
}

/** Words with dashes between them; the point of a size (`1.5b`) is kept as `_`, that of Fireworks (`v3p1`) is written out. */
function separated(spelling: string): string {
  const plain = spelling
    .replace(/[-:]q\d(?:_[a-z0-9]+)*$/, '-q4')
    .replace(/(\d)p(\d)/g, '$1.$2')
    .replace(/(\d)\.(\d+[bmt])(?![a-z0-9])/g, '$1~$2')
    .replace(/_/g, '-')
    .replace(/@(?=[a-z])/g, '-via~')
  return flat(plain).replaceAll('~', '_').replace(MAKERS, '')
}

/** `llama3` and `llama-3` are one name; `o1`, `70b` and `4o` are words. */
function splitVersion(word: string): string[] {
  const found = SERVING.test(word) ? null : /^([a-z]{2,})(\d.*)$/.exec(word)
  return found === null ? [word] : [at(found, 1), at(found, 2)]
}

/** `3`, `5` -> `3.5`; `v3`, `1` -> `3.1`; `2`, `0` -> `2`. */
function joinNumbers(words: readonly string[]): string[] {
  const joined: string[] = []
  for (const word of words) {
    const before = joined.at(-1)
    if (before !== undefined && /^[a-z]?\d+$/.test(before) && /^\d{1,2}$/.test(word)) {
      joined[joined.length - 1] = `${before}.${word}`
    } else joined.push(word)
  }
  return joined.map((word) => word.replace(/^v(?=\d)/, '').replace(/^([a-z]?\d+)\.0$/, '$1'))
}
