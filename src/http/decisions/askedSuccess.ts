/**
 * A yes-or-no question is answered if it asks whether one LLM succeeds; any other would be a guess. The forms are few and literal:
 * `Will <LLM> answer correctly?`, `Can <LLM> solve this task?`, `Is <LLM> good enough?`, `<LLM> succeeds`.
 */
const OBJECT =
  '(?: (?:it|(?:this|that|the|my)(?: (?:user(?:.s)?|following))?(?: (?:prompt|question|request|task|message|input|query|problem))?))?'
const ADVERB = '(?: (?:correctly|right|well|successfully|properly|accurately))?'
const VERB = '(?:answer|solve|handle|succeed|suffice|complete|do|manage|pass)s?'
const FOR = '(?: (?:for|on|at|with|in answering)(?: (?:it|this|that))?)?'
const QUALITY =
  '(?:sufficient|capable|able|(?:good|strong|capable|smart) enough|likely to (?:succeed|answer correctly)|enough)'
const DOES = `${VERB}${OBJECT}${ADVERB}${FOR}${OBJECT}`
const IS = `${QUALITY}(?: to ${VERB})?${FOR}${OBJECT}${ADVERB}`
const SUBJECT = '(?:the (?:LLM|model) )?(\\S.{0,200}?)'

const FORMS = [
  `(?:will|can|could|would|does) ${SUBJECT} (?:be ${IS}|${DOES})`,
  `is ${SUBJECT} ${IS}`,
  `${SUBJECT} (?:(?:will|can|could|would) )?${DOES}`,
  `${SUBJECT} (?:is|will be) ${IS}`,
].map((form) => new RegExp(`^${form}[?.!]?$`, 'i'))

/** A longer question has none of the forms. */
const MAX_LENGTH = 400

/** What is longer may say anything, and takes longer to read than the question to answer. */
const MAX_READ = 20_000

/** Stands for the LLM that the name of the question has. */
const PRONOUN = /^(?:it|(?:this|the) (?:LLM|model)|this|LLM|model)$/i

/** In a description of `true`: it may be the other way round. */
const NEGATIVE = /\b(?:no|not|never|fail\w*|wrong\w*|incorrect\w*|unable|cannot|bad\w*)\b|n['’]t\b/i

/**
 * @param name of the question
 * @param instructions undefined: the name says all
 * @param whenTrue what makes the answer true, if the question says so
 * @returns the name of the LLM that may be asked about, undefined if it is no such question.
 */
export function llmAskedAbout(
  name: string | undefined,
  instructions: string | undefined,
  whenTrue?: string,
): string | undefined {
  if (whenTrue !== undefined && (whenTrue.length > MAX_READ || NEGATIVE.test(whenTrue))) return undefined
  const text = instructions?.trim()
  if (text !== undefined && text.length > MAX_READ) return undefined
  const question = text?.replace(/\s+/g, ' ')
  if (question === undefined || question === '' || question === name) return name
  if (question.length > MAX_LENGTH) return undefined
  for (const form of FORMS) {
    const subject = form.exec(question)?.[1]
    if (subject !== undefined) return PRONOUN.test(subject) ? name : unquoted(subject)
  }
  return undefined
}

function unquoted(subject: string): string {
  return subject.replace(/^(["'`])(.*)\1$/, '$2')
}
