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

/** A prompt as it was received, never trimmed or Unicode-normalized, with what several features are computed from. */
export interface PromptText {
  raw: string
  lower: string
  words: readonly string[]
  /** In code points. */
  length: number
}

type RawFeature = (prompt: PromptText) => number

const HAS_DIGIT = new RegExp(DIGIT, 'u')
/** A number before a dot. Its last digit is enough; searching for all its digits would take quadratic time on long ones. */
const NUMBERED = new RegExp(`${DIGIT}\\.`, 'gu')
const COUNTED_LIST = new RegExp(`${DIGIT} (?:things|ways|reasons)`, 'u')

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
  wordCount: ({ words }) => words.length,
  sentenceCount: ({ raw }) => countSentences(raw),
  typeTokenRatio: (prompt) => countDistinct(prompt) / Math.max(prompt.words.length, 1),
  averageWordLength: (prompt) => totalLength(prompt) / Math.max(prompt.words.length, 1),
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

  expectsList: ({ lower }) => Number(occurs(OUTPUT_KEYWORDS.list, lower) || COUNTED_LIST.test(lower)),
  expectsTable: any(OUTPUT_KEYWORDS.table),
  expectsJson: any(OUTPUT_KEYWORDS.json),
  expectsCode: any(OUTPUT_KEYWORDS.code),
  expectsLong: any(OUTPUT_KEYWORDS.long),
} satisfies Record<string, RawFeature>

export type RawFeatureName = keyof typeof RAW_FEATURES

export function readPrompt(raw: string): PromptText {
  return { raw, lower: raw.toLowerCase(), words: splitWords(raw), length: codePointLength(raw) }
}

function occurs(keywords: readonly string[], lower: string): boolean {
  return keywords.some((keyword) => lower.includes(keyword))
}

function any(keywords: readonly string[]): RawFeature {
  return ({ lower }) => Number(occurs(keywords, lower))
}

/** How many of the keywords occur, each counted once. */
function count(keywords: readonly string[]): RawFeature {
  return ({ lower }) => keywords.filter((keyword) => lower.includes(keyword)).length
}

function fraction(keywords: readonly string[]): RawFeature {
  const countOf = count(keywords)
  return (prompt) => countOf(prompt) / keywords.length
}

/** Lower-casing all at once gives the same words where no sigma is, which at the end of a word becomes another letter. */
function countDistinct({ raw, lower, words }: PromptText): number {
  const lowered = raw.includes('Σ') ? words.map((word) => word.toLowerCase()) : splitWords(lower)
  return new Set(lowered).size
}

/** In code points, which UTF-16 units are where the whole prompt has as many of one as of the other. */
function totalLength({ raw, length, words }: PromptText): number {
  const lengthOf = length === raw.length ? (word: string) => word.length : codePointLength
  return words.reduce((sum, word) => sum + lengthOf(word), 0)
}
