import { LENGTHS_FILE } from '../card.js'
import type { Card } from '../card.js'
import { LLimitError } from '../errors.js'
import { generalLengthsOf } from '../lengths/generalLengths.js'
import type { GeneralLengths } from '../lengths/generalLengths.js'
import type { LengthModel } from '../lengths/lengthModel.js'
import { readLengths as readTensors } from '../lengths/lengthsFile.js'
import { promptParts } from '../lengths/promptPart.js'
import type { PromptPart } from '../lengths/promptPart.js'
import { valueAt } from '../numeric/at.js'
import { readCheckedFiles } from '../scorer/files.js'
import { nextTurn } from '../thread/turns.js'

/** What a saved model says of the lengths of answers, in memory. */
export interface Lengths {
  model: LengthModel
  /** Of a prompt, by its inputs: embedding, then features. */
  partOf: (inputs: Float32Array) => PromptPart
  /** What is said of any LLM; computed when it is first asked for. */
  general: () => GeneralLengths
  /** [M] whether answers of each LLM were counted. */
  isMeasured: readonly boolean[]
}

/**
 * Reads the lengths of a saved model and holds them to their checksum and to the card.
 * @returns undefined for a saved model whose card has none.
 * @throws LLimitError MODEL_BROKEN, naming the tensor or field that does not match.
 */
export async function readLengths(directory: string, card: Card): Promise<Lengths | undefined> {
  if (card.lengths === undefined) return undefined
  const sha256 = card.files[LENGTHS_FILE]
  if (sha256 === undefined) {
    const message = `${LENGTHS_FILE} does not match: expected card.json to name the file, since it has lengths`
    throw new LLimitError('MODEL_BROKEN', message)
  }
  const files = await readCheckedFiles({ directory, files: { [LENGTHS_FILE]: sha256 } })
  const { model, prior } = readTensors(valueAt(files, LENGTHS_FILE), card, card.lengths)
  // What comes takes as many milliseconds of the thread that answers as what went before.
  await nextTurn()
  let general: GeneralLengths | undefined
  return {
    model,
    partOf: promptParts(model.prompts),
    general: () => (general ??= generalLengthsOf(model, prior.clusters)),
    isMeasured: card.lengths.counted.map((count) => count > 0),
  }
}
