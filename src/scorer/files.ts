import { readFile } from 'node:fs/promises'
import path from 'node:path'

import type { LogitScale } from '../calibration/probability.js'
import { isPassingFailure, LLimitError } from '../errors.js'
import { checkRegularFile } from '../jsonFile.js'
import { checkSha256 } from '../savedModel/checksum.js'
import type { ModelFiles } from '../tensor/layersModel.js'
import type { NetworkShape } from './networkShape.js'

/** A file is read into memory whole; the networks of LLimit v1 and those trained here have a few megabytes. */
const MAX_FILE_BYTES = 512 * 2 ** 20
/** What is parsed takes up to twenty times as much memory; a model.json of 14 layers has 8 KB. */
const MAX_JSON_BYTES = 4 * 2 ** 20

/** Where the files of a network lie and what their bytes must hash to. */
interface ModelSource {
  directory: string
  /** File name -> sha256. */
  files: Readonly<Record<string, string>>
}

/** The same for a network that scores, with the meaning of its output. */
export interface NetworkSource extends ModelSource {
  /** What the card describes; undefined if there is no card to hold the network to. */
  shape?: NetworkShape
  /** From the network's logit to a probability; undefined if the output is the score. */
  calibration: LogitScale | undefined
}

/**
 * Reads every file and holds the bytes that were read to their checksum, so that a network is never put together from
 * files of two versions while it is being replaced.
 * @throws LLimitError MODEL_BROKEN, naming the file.
 */
export async function readCheckedFiles({ directory, files }: ModelSource): Promise<ModelFiles> {
  const entries = Object.entries(files).map(async ([name, sha256]): Promise<[string, Uint8Array]> => {
    const bytes = await readBounded(path.join(directory, name), name)
    checkSha256(name, bytes, sha256)
    return [name, bytes]
  })
  return new Map(await Promise.all(entries))
}

async function readBounded(file: string, name: string): Promise<Buffer> {
  try {
    await checkRegularFile(file, name, name.endsWith('.json') ? MAX_JSON_BYTES : MAX_FILE_BYTES)
    return await readFile(file)
  } catch (cause) {
    if (cause instanceof LLimitError) throw cause
    if (isPassingFailure(cause))
      throw new LLimitError('ENGINE_UNAVAILABLE', `The file ${name} cannot be read now; try again`, { cause })
    throw new LLimitError('MODEL_BROKEN', `The file ${name} cannot be read`, { cause })
  }
}
