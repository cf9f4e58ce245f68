/** A WordPiece vocabulary, made ready for look-ups. */
export interface WordPieceModel {
  /** Piece that may begin a word -> id. */
  initial: ReadonlyMap<string, number>
  /** Piece that may go on with a word, without its `##` -> id. */
  continuation: ReadonlyMap<string, number>
  /** Length of the longest piece in UTF-16 units: no longer part of a word needs looking up. */
  longestPiece: number
  unknownId: number
  /** A longer word, counted in code points, is unknown as a whole. */
  maxWordLength: number
}

interface WordPieceSettings {
  /** Piece -> id. */
  vocab: ReadonlyMap<string, number>
  continuing_subword_prefix: string
  max_input_chars_per_word: number
}

export function createWordPieceModel(settings: WordPieceSettings, unknownId: number): WordPieceModel {
  const {
    vocab: initial,
    continuing_subword_prefix: prefix,
    max_input_chars_per_word: maxWordLength,
  } = settings
  const continuation = new Map<string, number>()
  let longestPiece = 0
  for (const [piece, id] of initial) {
    longestPiece = Math.max(longestPiece, piece.length)
    if (piece.startsWith(prefix)) continuation.set(piece.slice(prefix.length), id)
  }
  return {
    initial,
    continuation,
    longestPiece,
    unknownId,
    maxWordLength,
  }
}

/**
 * Cuts a word into pieces, the longest that fits first, and appends their ids. A word with a remainder that no piece
 * fits is one unknown piece as a whole.
 */
export function appendPieces(word: string, model: WordPieceModel, ids: number[]): void {
  if (isLonger(word, model.maxWordLength)) {
    ids.push(model.unknownId)
    return
  }
  const idsBefore = ids.length
  let start = 0
  while (start < word.length) {
    const pieces = start === 0 ? model.initial : model.continuation
    let end = Math.min(word.length, start + model.longestPiece)
    let id = pieces.get(word.slice(start, end))
    while (id === undefined && end > start + 1) {
      end -= 1
      id = pieces.get(word.slice(start, end))
    }
    if (id === undefined) {
      ids.length = idsBefore
      ids.push(model.unknownId)
      return
    }
    ids.push(id)
    start = end
  }
}

/** Whether a word has more than `limit` code points. */
function isLonger(word: string, limit: number): boolean {
  // A code point has two units at most.
  return word.length > 2 * limit || (word.length > limit && Array.from(word).length > limit)
}
