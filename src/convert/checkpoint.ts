import { createHash } from 'node:crypto'
import path from 'node:path'

import type { CheckpointContents } from './checkpointContents.js'
import { detectFormat, MAX_CHECKPOINT_BYTES, readWholeFile } from './checkpointFile.js'
import { readCheckpointNetwork } from './checkpointNetwork.js'
import type { CheckpointNetwork } from './checkpointNetwork.js'
import { inFile } from '../tensor/pytorch/invalidCheckpoint.js'
import { readPickledContents, readTorchContents } from './pickledContents.js'
import { readSafetensorsContents } from './safetensorsContents.js'

/** A checkpoint of LLimit v1, read and checked. */
export interface DenseNetworkCheckpoint extends CheckpointNetwork {
  fileName: string
  /** Of the whole file, in lower-case hexadecimal; without the side file of a `.safetensors`. */
  sha256: string
}

/**
 * Reads a checkpoint of LLimit v1's dense network, whichever of its containers it comes in: a plain `.pkl`, a `.pt` of
 * `torch.save`, or `.safetensors` with a `.json` of the same name. No code from the file is run.
 * @throws LLimitError INVALID_CHECKPOINT, naming the file, what is expected of it and, for pickles, the byte.
 */
export async function readCheckpoint(file: string): Promise<DenseNetworkCheckpoint> {
  const fileName = path.basename(file)
  try {
    const bytes = await readWholeFile(file, MAX_CHECKPOINT_BYTES)
    const network = readCheckpointNetwork(await readContents(file, bytes))
    return { ...network, fileName, sha256: createHash('sha256').update(bytes).digest('hex') }
  } catch (error) {
    throw inFile(fileName, error)
  }
}

async function readContents(file: string, bytes: Buffer): Promise<CheckpointContents> {
  switch (detectFormat(bytes)) {
    case 'pickle':
      return readPickledContents(bytes)
    case 'torch':
      return readTorchContents(bytes)
    case 'safetensors':
      return readSafetensorsContents(file)
  }
}
