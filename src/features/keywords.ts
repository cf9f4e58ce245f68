/**
 * The keyword lists of LLimit v1, word for word. A keyword is looked up as a plain substring of the lower-cased prompt,
 * without regard to word boundaries: `hi` is found in `this`.
 */

export const TASK_KEYWORDS = {
  codeRequest: [
    'code',
    'function',
    'implement',
    'debug',
    'python',
    'javascript',
    'java',
    'c++',
    'algorithm',
    'class',
    'def ',
    'import ',
  ],
  math: ['calculate', 'solve', 'equation', 'proof', 'derive', 'probability'],
  creative: ['write', 'story', 'poem', 'creative', 'imagine', 'fiction'],
  factual: ['what is', 'who is', 'when did', 'where is', 'explain', 'define'],
  instruction: ['step by step', 'list', 'summarize', 'translate', 'convert'],
  roleplay: ['act as', 'pretend', 'roleplay', 'you are a', 'imagine you'],
  analysis: ['compare', 'analyze', 'evaluate', 'pros and cons', 'difference'],
} as const

export const DOMAIN_KEYWORDS = {
  science: ['physics', 'chemistry', 'biology', 'quantum', 'molecule', 'cell'],
  medicine: ['medical', 'health', 'symptom', 'disease', 'treatment', 'doctor'],
  law: ['legal', 'law', 'court', 'contract', 'rights', 'liability'],
  finance: ['money', 'invest', 'stock', 'finance', 'bank', 'economy'],
  tech: ['software', 'hardware', 'api', 'database', 'server', 'cloud'],
  academic: ['research', 'paper', 'study', 'hypothesis', 'methodology'],
  casual: ['hey', 'hi', 'thanks', 'please', 'help me', 'can you'],
  formal: ['hereby', 'pursuant', 'regarding', 'therefore', 'furthermore'],
  philosophical: ['meaning', 'existence', 'consciousness', 'ethics', 'moral'],
  historical: ['history', 'century', 'war', 'ancient', 'revolution'],
  personal: ['my', 'i am', 'i have', 'i want', 'i need', 'advice'],
  business: ['company', 'startup', 'marketing', 'revenue', 'customer'],
} as const

export const STYLE_KEYWORDS = {
  informal: ['lol', 'btw', 'idk', 'gonna', 'wanna', 'u ', 'ur '],
  specificity: ['exactly', 'must', 'should', 'only', 'limit', 'maximum', 'minimum'],
  politeness: ['please', 'thank', 'could you', 'would you', 'kindly'],
  urgency: ['urgent', 'asap', 'immediately', 'quick', 'fast', 'now'],
  followup: ['that', 'this', 'it', 'the above', 'previous', 'earlier', 'you said'],
} as const

export const OUTPUT_KEYWORDS = {
  list: ['list', 'bullet', 'enumerate'],
  table: ['table', 'csv'],
  json: ['json', 'format:'],
  code: ['```', 'code', 'script'],
  long: ['detailed', 'comprehensive', 'thorough', 'in-depth'],
} as const

/** A prompt starts with a verb if its very first characters are one of these; `shower` does. */
export const OPENING_VERBS = ['write', 'create', 'make', 'give', 'tell', 'explain', 'show'] as const
