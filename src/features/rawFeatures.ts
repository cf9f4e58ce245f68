import { at } from '../numeric/at.js'
import { unitsOf } from '../numeric/utf16.js'
import { openKeywordSearch } from './keywordSearch.js'
import { DOMAIN_KEYWORDS, OPENING_VERBS, OUTPUT_KEYWORDS, STYLE_KEYWORDS, TASK_KEYWORDS } from './keywords.js'
import {
  DIGIT,
  codePointLength,
  countMatches,
  countSentences,
  countWholeWord,
  isQuestion,
  splitWords,
} from './text.js'
import { countDistinctWords, countWords } from './wordCounts.js'
import type { WordCount } from './wordCounts.js'

/** A prompt as it was received, never trimmed or Unicode-normalized, with what several features are computed from. */
export interface PromptText {
  raw: string
  lower: string
  /** [n] UTF-16 units of `lower` */
  units: Uint16Array
  /** Those of `raw` as well: lower-casing leaves white space where it is. */
  words: WordCount
  /** For each of ALL_KEYWORDS whether it occurs in `lower`. */
  keywords: Uint8Array
  /** In code points. */
  length: number
}

type RawFeature = (prompt: PromptText) => number

const HAS_DIGIT = new RegExp(DIGIT, 'u')
/** A number before a dot. Its last digit is enough; searching for all its digits would take quadratic time on long ones. */
const NUMBERED = new RegExp(`${DIGIT}\\.`, 'gu')
const COUNTED_LIST = new RegExp(`${DIGIT} (?:things|ways|reasons)`, 'u')

const KEYWORD_LISTS: readonly Readonly<Record<string, readonly string[]>>[] = [
  TASK_KEYWORDS,
  DOMAIN_KEYWORDS,
  STYLE_KEYWORDS,
  OUTPUT_KEYWORDS,
]
const ALL_KEYWORDS = [...new Set(KEYWORD_LISTS.flatMap((lists) => Object.values(lists).flat()))]
const findKeywords = openKeywordSearch(ALL_KEYWORDS)
const hasListWord = any(OUTPUT_KEYWORDS.list)

/** All features of both versions before any scaling; yes is 1, no is 0. */
export const RAW_FEATURES = {
  hasCodeRequest: any(TASK_KEYWORDS.codeRequest),
  hasCodeBlock: ({ raw }) => Number(raw.includes('`')),
  hasMath: any(TASK_KEYWORDS.math),
  hasNumbers: ({ raw }) => Number(HAS_DIGIT.test(raw)),
  hasMathSymbols: ({ raw }) => Number(/[-+*/=^√∫∑]/.test(raw)),
  hasCreative: any(TASK_KEYWORDS.creative),
  hasFactual: any(TASK_KEYWORDS.factual),
  hasInstruction: any(TASK_KEYWORDS.instruction),
  hasRoleplay: any(TASK_KEYWORDS.roleplay),
  hasAnalysis: any(TASK_KEYWORDS.analysis),

  charCount: ({ length }) => length,
  wordCount: ({ words }) => words.count,
  sentenceCount: ({ raw }) => countSentences(raw),
  typeTokenRatio: (prompt) => countDistinct(prompt) / Math.max(prompt.words.count, 1),
  averageWordLength: (prompt) => totalLength(prompt) / Math.max(prompt.words.count, 1),
  questionMarkCount: ({ raw }) => countMatches(raw, /\?/g),
  nestingCount: ({ raw }) => countMatches(raw, /[([{]/g),
  multiPartCount: ({ lower }) =>
    countMatches(lower, NUMBERED) + countWholeWord(lower, 'and') + countWholeWord(lower, 'also'),

  domainScience: fraction(DOMAIN_KEYWORDS.science),
  domainMedicine: fraction(DOMAIN_KEYWORDS.medicine),
  domainLaw: fraction(DOMAIN_KEYWORDS.law),
  domainFinance: fraction(DOMAIN_KEYWORDS.finance),
  domainTech: fraction(DOMAIN_KEYWORDS.tech),
  domainAcademic: fraction(DOMAIN_KEYWORDS.academic),
  domainCasual: fraction(DOMAIN_KEYWORDS.casual),
  domainFormal: fraction(DOMAIN_KEYWORDS.formal),
  domainPhilosophical: fraction(DOMAIN_KEYWORDS.philosophical),
  domainHistorical: fraction(DOMAIN_KEYWORDS.historical),
  domainPersonal: fraction(DOMAIN_KEYWORDS.personal),
  domainBusiness: fraction(DOMAIN_KEYWORDS.business),

  informalCount: count(STYLE_KEYWORDS.informal),
  startsWithVerb: ({ lower }) => Number(OPENING_VERBS.some((verb) => lower.startsWith(verb))),
  isQuestion: ({ raw }) => Number(isQuestion(raw)),
  specificityCount: count(STYLE_KEYWORDS.specificity),
  politenessCount: count(STYLE_KEYWORDS.politeness),
  urgencyCount: count(STYLE_KEYWORDS.urgency),

  // A request carries no conversation before the prompt, so all that would be counted in one is 0.
  historyTurns: () => 0,
  isFollowup: any(STYLE_KEYWORDS.followup),
  historyChars: () => 0,
  historyAssistantTurns: () => 0,

  expectsList: (prompt) => Math.max(hasListWord(prompt), Number(COUNTED_LIST.test(prompt.lower))),
  expectsTable: any(OUTPUT_KEYWORDS.table),
  expectsJson: any(OUTPUT_KEYWORDS.json),
  expectsCode: any(OUTPUT_KEYWORDS.code),
  expectsLong: any(OUTPUT_KEYWORDS.long),
} satisfies Record<string, RawFeature>

export type RawFeatureName = keyof typeof RAW_FEATURES

export function readPrompt(raw: string): PromptText {
  const lower = raw.toLowerCase()
  const units = unitsOf(lower)
  return {
    raw,
    lower,
    units,
    words: countWords(units),
    keywords: findKeywords(units),
    length: codePointLength(raw),
  }
}

/** The same in steps. */
export function* readPromptInSteps(raw: string): Generator<void, PromptText> {
  const lower = raw.toLowerCase()
  yield
  const units = unitsOf(lower)
  const words = countWords(units)
  yield
  const keywords = findKeywords(units)
  yield
  return { raw, lower, units, words, keywords, length: codePointLength(raw) }
}

function any(keywords: readonly string[]): RawFeature {
  const countOf = count(keywords)
  return (prompt) => Number(countOf(prompt) > 0)
}

/** How many of the keywords occur, each counted once. */
function count(keywords: readonly string[]): RawFeature {
  const indices = keywords.map((keyword) => ALL_KEYWORDS.indexOf(keyword))
  return (prompt) => indices.reduce((sum, index) => sum + at(prompt.keywords, index), 0)
}

function fraction(keywords: readonly string[]): RawFeature {
  const countOf = count(keywords)
  return (prompt) => countOf(prompt) / keywords.length
}

/** Lower-casing all at once gives the same words where no sigma is, which at the end of a word becomes another letter. */
function countDistinct({ raw, units }: PromptText): number {
  if (!raw.includes('Σ')) return countDistinctWords(units)
  return new Set(splitWords(raw).map((word) => word.toLowerCase())).size
}

/** Of all words, in code points; no white space is a pair of UTF-16 units. */
function totalLength({ length, words }: PromptText): number {
  return length - words.blanks
}
