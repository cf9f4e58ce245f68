import { LLimitError } from '../errors.js'
import { addedTokenFinder } from './addedTokens.js'
import type { Section } from './addedTokens.js'
import { AS_IT_IS, normalizerOf } from './normalizer.js'
import type { TokenizerFile } from './tokenizerFiles.js'
import { readTokenizerFile, readTokenizerFiles } from './tokenizerFiles.js'
import { LONG_TEXT, partsOf } from './textParts.js'
import { RememberedWords } from './rememberedWords.js'
import { appendPieces, createWordPieceModel } from './wordPiece.js'
import { createWordSplitter } from './words.js'

export interface TokenizedPrompt {
  /** [CLS], the pieces, [SEP]; at most `maxTokens` of them. */
  ids: Int32Array
  /** How many ids the whole prompt has, [CLS] and [SEP] included; at least so many if it is truncated. */
  tokens: number
  /** Whether pieces at the end of the prompt had to be left out. */
  truncated: boolean
}

export interface Tokenizer {
  /** Most ids that the encoder reads at once, [CLS] and [SEP] included. */
  maxTokens: number
  /** Never fails, whatever the text; of a long one no more is read than the encoder does. */
  encode(text: string): TokenizedPrompt
  /** The same in steps. */
  encodeInSteps(text: string): Generator<void, TokenizedPrompt>
  /** How many ids the whole text has, [CLS] and [SEP] included, in steps. */
  count(text: string): Generator<void, number>
}

/**
 * Opens the tokenizer of an encoder directory in the layout of sentence-transformers. Reads tokenizer.json, config.json
 * and, if they are there, sentence_bert_config.json and tokenizer_config.json.
 *
 * The ids are those of the tokenizers library (Rust) with the same files, for every code point; see unicodeTables.ts.
 * @param prompt is put before every text.
 * @throws LLimitError MODEL_BROKEN, naming the file, if it is missing or is not that of a BERT-like encoder.
 */
export async function openTokenizer(directory: string, prompt = ''): Promise<Tokenizer> {
  const { tokenizer, lowercase, maxTokens } = await readTokenizerFiles(directory)
  const reader = createPieceReader(tokenizer)
  const { first, last } = specialIds(tokenizer)
  const whole = (text: string) => (lowercase ? (prompt + text).toLowerCase() : prompt + text)
  const tokenized = (pieces: number[]): TokenizedPrompt => {
    const tokens = pieces.length + 2
    const ids = Int32Array.from([first, ...pieces.slice(0, maxTokens - 2), last])
    return { ids, tokens, truncated: tokens > maxTokens }
  }
  function* encodeInSteps(text: string): Generator<void, TokenizedPrompt> {
    return tokenized(yield* reader.piecesInSteps(whole(text), maxTokens - 2))
  }

  return {
    maxTokens,
    encode: (text) =>
      text.length > LONG_TEXT ? finish(encodeInSteps(text)) : tokenized(reader.pieces(whole(text))),
    encodeInSteps,
    *count(text) {
      return (yield* reader.piecesInSteps(whole(text))).length + 2
    },
  }
}

function finish<R>(steps: Generator<void, R>): R {
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
  }
}

/** The pieces of a text and nothing else, for an encoder that reads no [CLS] and [SEP]. */
interface PieceReader {
  /** Text -> ids of all its pieces. Never fails, whatever the text. */
  pieces: (text: string) => number[]
  /** The same in steps, for a long text; `enough`: how many, or a few more, will do. */
  piecesInSteps: (text: string, enough?: number) => Generator<void, number[]>
}

export interface Pieces extends PieceReader {
  /** One more than the largest id. */
  vocabulary: number
}

/**
 * Opens a tokenizer.json alone.
 * @throws LLimitError MODEL_BROKEN if the file is missing or is not that of a BERT-like encoder.
 */
export async function openPieces(directory: string): Promise<Pieces> {
  return piecesOf(await readTokenizerFile(directory))
}

export function piecesOf(file: TokenizerFile): Pieces {
  return { ...createPieceReader(file), vocabulary: vocabularySize(file) }
}

/** About a millisecond, of words that were not seen before. */
const WORDS_PER_STEP = 500

/** Text -> ids of its pieces, without [CLS] and [SEP]. */
function createPieceReader(file: TokenizerFile): PieceReader {
  const findRaw = addedTokenFinder(file.added_tokens.filter(({ normalized }) => !normalized))
  const [bert, ...more] = file.normalizer
  const isPlain = bert?.type === 'BertNormalizer' && more.length === 0
  const normalize = normalizerOf(file.normalizer)
  const inNormalized = file.added_tokens.filter(({ normalized }) => normalized)
  const findNormalized = addedTokenFinder(
    inNormalized.map((token) => ({ ...token, content: normalize(token.content) })),
  )
  // With one step and nothing to look for behind it, both are done at once.
  const isFast = isPlain && inNormalized.length === 0
  const words = createWordSplitter(isFast ? bert : AS_IT_IS)
  const sectionsOf = (text: string): Section[] => {
    const sections = findRaw(text)
    if (isFast) return sections
    return sections.flatMap((section) =>
      typeof section === 'number' ? [section] : findNormalized(normalize(section)),
    )
  }
  const model = createWordPieceModel(file.model, idOf(file, file.model.unk_token))

  const remembered = new RememberedWords((word) => {
    const ids: number[] = []
    appendPieces(word, model, ids)
    return ids
  })

  // One with a space in it would be cut.
  const isCut = !file.added_tokens.some(({ content }) => /\s/.test(content) || /\s/.test(normalize(content)))

  return {
    pieces(text) {
      const ids: number[] = []
      for (const section of sectionsOf(text)) {
        if (typeof section === 'number') ids.push(section)
        else {
          const word = words.split(section)
          while (word.next()) for (const id of remembered.idsAt(word)) ids.push(id)
        }
      }
      return ids
    },
    *piecesInSteps(text, enough = Infinity) {
      const ids: number[] = []
      for (const part of isCut ? partsOf(text) : [text]) {
        for (const section of sectionsOf(part)) {
          if (typeof section === 'number') ids.push(section)
          else {
            const word = yield* words.splitInSteps(section)
            for (let read = 1; word.next(); read++) {
              for (const id of remembered.idsAt(word)) ids.push(id)
              if (read % WORDS_PER_STEP === 0) yield
              if (ids.length > enough) return ids
            }
          }
        }
        yield
      }
      return ids
    },
  }
}

/** What of a tokenizer decides which ids a text has, whatever else its files say. */
export interface TokenizerFacts {
  maxTokens: number
  /** One more than the largest id. */
  vocabulary: number
  /** The same text for two tokenizers that give the same ids. */
  canonical: string
}

/** @throws LLimitError as `openTokenizer` does. */
export async function readTokenizerFacts(directory: string): Promise<TokenizerFacts> {
  const { tokenizer, lowercase, maxTokens } = await readTokenizerFiles(directory)
  const special = specialIds(tokenizer)
  const canonical = JSON.stringify([canonicalOf(tokenizer), special, lowercase, maxTokens])
  const vocabulary = Math.max(vocabularySize(tokenizer), special.first + 1, special.last + 1)
  return { maxTokens, vocabulary, canonical }
}

/** `canonical` for a tokenizer.json alone, as `piecesOf` reads it. */
export function canonicalPieces(file: TokenizerFile): string {
  return JSON.stringify(canonicalOf(file))
}

function canonicalOf({ added_tokens, normalizer, model: { vocab, ...model } }: TokenizerFile): unknown {
  const byId = [...vocab].sort((a, b) => a[1] - b[1])
  return [added_tokens.toSorted((a, b) => a.id - b.id), normalizer, model, byId]
}

function vocabularySize({ model, added_tokens }: TokenizerFile): number {
  let largest = 0
  for (const id of model.vocab.values()) largest = Math.max(largest, id)
  return added_tokens.reduce((most, { id }) => Math.max(most, id), largest) + 1
}

function specialIds(file: TokenizerFile): { first: number; last: number } {
  const processor = file.post_processor
  if (processor.type === 'BertProcessing') return { first: processor.cls[1], last: processor.sep[1] }
  const [before, , after] = processor.single
  const idIn = (token: string) => {
    const id = idOf(file, token)
    const ids = processor.special_tokens[token]?.ids ?? [id]
    if (ids.join() === String(id)) return id
    const fault = `special_tokens.${token}: expected its id in model.vocab, ${id}, got ${ids.join() || 'none'}`
    throw new LLimitError('MODEL_BROKEN', `tokenizer.json of the encoder: post_processor.${fault}`)
  }
  return { first: idIn(before.SpecialToken.id), last: idIn(after.SpecialToken.id) }
}

function idOf(file: TokenizerFile, token: string): number {
  const id = file.model.vocab.get(token)
  if (id === undefined) {
    throw new LLimitError(
      'MODEL_BROKEN',
      `tokenizer.json of the encoder: model.vocab: expected an entry for ${token}, found none`,
    )
  }
  return id
}
