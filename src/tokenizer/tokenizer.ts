import { LLimitError } from '../errors.js'
import type { TokenizerFile } from './tokenizerFiles.js'
import { readTokenizerFile, readTokenizerFiles } from './tokenizerFiles.js'
import { appendPieces, createWordPieceModel } from './wordPiece.js'
import { createWordSplitter } from './words.js'

interface TokenizedPrompt {
  /** [CLS], the pieces, [SEP]; at most `maxTokens` of them. */
  ids: Int32Array
  /** How many ids the whole prompt has, [CLS] and [SEP] included. */
  tokens: number
  /** Whether pieces at the end of the prompt had to be left out. */
  truncated: boolean
}

export interface Tokenizer {
  /** Most ids that the encoder reads at once, [CLS] and [SEP] included. */
  maxTokens: number
  /** Never fails, whatever the text. */
  encode(text: string): TokenizedPrompt
}

/**
 * Opens the tokenizer of an encoder directory in the layout of sentence-transformers. Reads tokenizer.json, config.json
 * and, if there is one, sentence_bert_config.json.
 *
 * The ids are those of the tokenizers library (Rust) with the same files, for every code point; see unicodeTables.ts.
 * @throws LLimitError MODEL_BROKEN, naming the file, if it is missing or is not that of a BERT-like encoder.
 */
export async function openTokenizer(directory: string): Promise<Tokenizer> {
  const { tokenizer, sentenceTransformers, encoder } = await readTokenizerFiles(directory)
  const maxTokens = Math.min(
    sentenceTransformers.max_seq_length ?? encoder.max_position_embeddings,
    encoder.max_position_embeddings,
  )
  const toPieces = createPieceReader(tokenizer)
  const { first, last } = specialIds(tokenizer)

  return {
    maxTokens,
    encode(text) {
      const pieces = toPieces(sentenceTransformers.do_lower_case ? text.toLowerCase() : text)
      const tokens = pieces.length + 2
      const ids = Int32Array.from([first, ...pieces.slice(0, maxTokens - 2), last])
      return { ids, tokens, truncated: tokens > maxTokens }
    },
  }
}

/** The pieces of a text and nothing else, for an encoder that reads no [CLS] and [SEP]. */
export interface Pieces {
  /** Text -> ids of all its pieces. Never fails, whatever the text. */
  pieces: (text: string) => number[]
  /** One more than the largest id. */
  vocabulary: number
}

/**
 * Opens a tokenizer.json alone.
 * @throws LLimitError MODEL_BROKEN if the file is missing or is not that of a BERT-like encoder.
 */
export async function openPieces(directory: string): Promise<Pieces> {
  const file = await readTokenizerFile(directory)
  const ids = [...Object.values(file.model.vocab), ...file.added_tokens.map(({ id }) => id)]
  return { pieces: createPieceReader(file), vocabulary: ids.reduce((most, id) => Math.max(most, id), 0) + 1 }
}

/** Words come again and again; looking for their pieces is half the time of a tokenizer. A few megabytes at most. */
const MAX_REMEMBERED_WORDS = 20_000
const MAX_REMEMBERED_LENGTH = 40

/** Text -> ids of its pieces, without [CLS] and [SEP]. */
function createPieceReader(file: TokenizerFile): (text: string) => number[] {
  const addedTokens = new Map(file.added_tokens.map((token) => [token.content, token.id]))
  const addedToken = alternatives([...addedTokens.keys()])
  const splitWords = createWordSplitter(file.normalizer)
  const model = createWordPieceModel(file.model, idOf(file, file.model.unk_token))

  const remembered = new Map<string, readonly number[]>()
  const piecesOf = (word: string): readonly number[] => {
    const known = remembered.get(word)
    if (known !== undefined) return known
    const ids: number[] = []
    appendPieces(word, model, ids)
    if (word.length > MAX_REMEMBERED_LENGTH) return ids
    if (remembered.size >= MAX_REMEMBERED_WORDS) remembered.clear()
    remembered.set(word, ids)
    return ids
  }

  return (text) => {
    const ids: number[] = []
    for (const section of text.split(addedToken)) {
      const addedId = addedTokens.get(section)
      if (addedId !== undefined) ids.push(addedId)
      else for (const word of splitWords(section)) for (const id of piecesOf(word)) ids.push(id)
    }
    return ids
  }
}

/** A pattern of any of the texts, the longest that fits; it captures, so that `split` keeps what it finds. */
function alternatives(texts: string[]): RegExp {
  const longestFirst = texts.toSorted((a, b) => b.length - a.length)
  return new RegExp(
    `(${longestFirst.map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|')})`,
    'u',
  )
}

function specialIds(file: TokenizerFile): { first: number; last: number } {
  const processor = file.post_processor
  if (processor.type === 'BertProcessing') return { first: processor.cls[1], last: processor.sep[1] }
  const [before, , after] = processor.single
  return { first: idOf(file, before.SpecialToken.id), last: idOf(file, after.SpecialToken.id) }
}

function idOf(file: TokenizerFile, token: string): number {
  const id = file.model.vocab[token]
  if (id === undefined) {
    throw new LLimitError(
      'MODEL_BROKEN',
      `tokenizer.json of the encoder: model.vocab: expected an entry for ${token}, found none`,
    )
  }
  return id
}
