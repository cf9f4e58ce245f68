import { createHash } from 'node:crypto'
import path from 'node:path'

import type { CheckpointContents } from './checkpointContents.js'
import { detectFormat, MAX_CHECKPOINT_BYTES, readWholeFile } from './checkpointFile.js'
import { readDenseNetwork } from './denseNetwork.js'
import type { DenseNetwork } from './denseNetwork.js'
import { readPickledContents, readTorchContents } from './pickledContents.js'
import { readSafetensorsContents } from './safetensorsContents.js'

/** A checkpoint of the original, read and checked. */
export interface DenseNetworkCheckpoint extends DenseNetwork {
  fileName: string
  /** Of the whole file, in lower-case hexadecimal; without the side file of a `.safetensors`. */
  sha256: string
}

/**
 * Reads a checkpoint of the original's dense network, whichever of its containers it comes in: a plain `.pkl`, a `.pt`
 * of `torch.save`, or `.safetensors` with a `.json` of the same name. No code from the file is run.
 * @throws LLimitError INVALID_CHECKPOINT, saying what is wrong and, for pickles, at which byte
 */
export async function readCheckpoint(file: string): Promise<DenseNetworkCheckpoint> {
  const bytes = await readWholeFile(file, MAX_CHECKPOINT_BYTES)
  return {
    ...readDenseNetwork(await readContents(file, bytes)),
    fileName: path.basename(file),
    sha256: createHash('sha256').update(bytes).digest('hex'),
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
