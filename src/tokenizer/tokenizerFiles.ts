import path from 'node:path'

import { z } from 'zod'

import { LLimitError } from '../errors.js'
import { parseJson, readJsonFile } from '../jsonFile.js'

const id = z.int().nonnegative()

/**
 * Piece -> id. With tens of thousands of entries a loop takes a fifth of the time of a record's schema, and a map a fraction of what
 * so large an object takes to be looked through again.
 */
const vocabulary = z
  .custom<Record<string, unknown>>(isObject, 'expected an object')
  .transform((ids, context): ReadonlyMap<string, number> => {
    const byPiece = new Map<string, number>()
    for (const piece in ids) {
      const got = ids[piece]
      if (typeof got === 'number' && Number.isSafeInteger(got) && got >= 0) byPiece.set(piece, got)
      else {
        const message = 'expected an id, an integer of at least 0'
        context.addIssue({ code: 'custom', path: [piece], message, input: got })
        return z.NEVER
      }
    }
    return byPiece
  })

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Text that is an id of its own. Whether it swallows the white space around it (`lstrip`, `rstrip`) makes no difference
 * to a BERT tokenizer and is not read.
 */
const addedToken = z.object({
  id,
  content: z.string().min(1),
  single_word: z.boolean().default(false),
  /** Whether it is looked for in the text as the normalizer leaves it, and is itself normalized. */
  normalized: z.boolean().default(false),
})

const bertNormalizer = z.object({
  type: z.literal('BertNormalizer'),
  clean_text: z.boolean(),
  handle_chinese_chars: z.boolean(),
  strip_accents: z.boolean().nullable(),
  lowercase: z.boolean(),
})

const step = z.discriminatedUnion('type', [
  bertNormalizer,
  z.object({ type: z.literal(['Lowercase', 'StripAccents', 'NFC', 'NFD', 'NFKC', 'NFKD']) }),
  z.object({ type: z.literal('Strip'), strip_left: z.boolean(), strip_right: z.boolean() }),
])

/** The steps of a normalizer, in their order. */
const normalizer = z.union(
  [
    z.null().transform(() => []),
    step.transform((one) => [one]),
    z
      .object({ type: z.literal('Sequence'), normalizers: z.array(step) })
      .transform(({ normalizers }) => normalizers),
  ],
  {
    error:
      'expected BertNormalizer, Lowercase, StripAccents, NFC, NFD, NFKC, NFKD, Strip, or a Sequence of them',
  },
)

/** Row of the table of token types that is added to a vector; engines add the first. */
const type_id = z.literal(0).default(0)
const specialToken = z.object({ SpecialToken: z.object({ id: z.string(), type_id }) })
const sequence = z.object({ Sequence: z.object({ id: z.literal('A'), type_id }) })

/** The special tokens before and after the pieces of a text, [CLS] and [SEP], in one of two notations. */
const postProcessor = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('TemplateProcessing'),
    single: z.tuple([specialToken, sequence, specialToken]),
    special_tokens: z.record(z.string(), z.object({ ids: z.array(id) })).default({}),
  }),
  z.object({
    type: z.literal('BertProcessing'),
    cls: z.tuple([z.string(), id]),
    sep: z.tuple([z.string(), id]),
  }),
])

/** tokenizer.json of a BERT-like encoder. Padding and the length of truncation in it are not read: the encoder decides those. */
const tokenizerFile = z.object({
  truncation: z.object({ direction: z.literal('Right').default('Right') }).nullish(),
  added_tokens: z.array(addedToken).min(1),
  normalizer,
  pre_tokenizer: z.object({ type: z.literal('BertPreTokenizer') }),
  post_processor: postProcessor,
  model: z.object({
    type: z.literal('WordPiece'),
    unk_token: z.string(),
    continuing_subword_prefix: z.string().min(1),
    max_input_chars_per_word: z.int().positive(),
    vocab: vocabulary,
  }),
})

/** Fewer would have no room for [CLS], a piece and [SEP]. */
const MIN_TOKENS = 3

const sentenceTransformersFile = z.object({
  max_seq_length: z.int().min(MIN_TOKENS).nullish(),
  do_lower_case: z.boolean().default(false),
  // Since 5.4; others than these compute something else.
  transformer_task: z.literal('feature-extraction').optional(),
  module_output_name: z.literal('token_embeddings').optional(),
})

/** Without a limit the library writes 10^30. */
const tokenizerConfigFile = z.object({
  model_max_length: z.number().min(MIN_TOKENS).nullish(),
  truncation_side: z.literal('right').nullish(),
  tokenizer_class: z.string().nullish(),
  do_lower_case: z.boolean().nullish(),
  strip_accents: z.boolean().nullish(),
  tokenize_chinese_chars: z.boolean().nullish(),
})

const encoderFile = z.object({ max_position_embeddings: z.int().min(MIN_TOKENS) })

export type TokenizerFile = z.infer<typeof tokenizerFile>

export interface TokenizerFiles {
  tokenizer: TokenizerFile
  /** Whether a text is lower-cased before anything else. */
  lowercase: boolean
  /** Most ids that the encoder reads at once, [CLS] and [SEP] included. */
  maxTokens: number
}

/** @throws LLimitError MODEL_BROKEN, naming the file and what is wrong with it. */
export async function readTokenizerFiles(directory: string): Promise<TokenizerFiles> {
  const [tokenizer, settings, ofTokenizer, encoder] = await Promise.all([
    readTokenizerFile(directory),
    readFileOf(directory, 'sentence_bert_config.json', sentenceTransformersFile, {}),
    readFileOf(directory, 'tokenizer_config.json', tokenizerConfigFile, {}),
    readFileOf(directory, 'config.json', encoderFile),
  ])
  checkNormalizer(tokenizer, ofTokenizer)
  const positions = encoder.max_position_embeddings
  const limit = settings.max_seq_length ?? ofTokenizer.model_max_length ?? positions
  return { tokenizer, lowercase: settings.do_lower_case, maxTokens: Math.min(Math.floor(limit), positions) }
}

/**
 * The library that publishers use lets tokenizer_config.json of a BERT overrule the normalizer of tokenizer.json.
 * @throws LLimitError MODEL_BROKEN if they contradict each other.
 */
function checkNormalizer(
  { normalizer: [step, ...more] }: TokenizerFile,
  config: z.infer<typeof tokenizerConfigFile>,
): void {
  const isBert = (config.tokenizer_class ?? 'Bert').startsWith('Bert')
  if (!isBert || step?.type !== 'BertNormalizer' || more.length > 0) return
  const pairs = [
    ['do_lower_case', 'lowercase', step.lowercase],
    ['strip_accents', 'strip_accents', step.strip_accents],
    ['tokenize_chinese_chars', 'handle_chinese_chars', step.handle_chinese_chars],
  ] as const
  for (const [field, ofStep, value] of pairs) {
    const wanted = config[field]
    if (wanted === undefined || wanted === null || wanted === value) continue
    const fault = `${field}: expected ${value}, as normalizer.${ofStep} of tokenizer.json says, got ${wanted}`
    throw new LLimitError('MODEL_BROKEN', `tokenizer_config.json of the encoder: ${fault}`)
  }
}

/** @throws LLimitError MODEL_BROKEN, saying what is wrong with tokenizer.json. */
export function readTokenizerFile(directory: string): Promise<TokenizerFile> {
  return readFileOf(directory, 'tokenizer.json', tokenizerFile)
}

/** The same of the text of a tokenizer.json that was read already. */
export function parseTokenizerFile(text: string): TokenizerFile {
  return parseJson(text, tokenizerFile, originOf('tokenizer.json'))
}

function readFileOf<S extends z.ZodType>(
  directory: string,
  name: string,
  schema: S,
  absent?: unknown,
): Promise<z.infer<S>> {
  return readJsonFile(path.join(directory, name), schema, { ...originOf(name), absent })
}

function originOf(name: string) {
  return { name: `${name} of the encoder`, code: 'MODEL_BROKEN' } as const
}
