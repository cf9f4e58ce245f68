import { access } from 'node:fs/promises'
import path from 'node:path'

import { UNCALIBRATED } from '../calibration/probability.js'
import { EVIDENCE_FILE, LENGTHS_FILE } from '../card.js'
import type { Card } from '../card.js'
import { featureCount } from '../features/features.js'
import type { NetworkSource } from '../scorer/files.js'

/** What the scorer needs of a saved model: all files but those that are read here, and what the card says of them. */
export function sourceOf(directory: string, card: Card): NetworkSource {
  const { files, output, calibration, encoder, features, llms } = card
  const ofNetwork = Object.entries(files).filter(([name]) => name !== EVIDENCE_FILE && name !== LENGTHS_FILE)
  return {
    directory,
    files: Object.fromEntries(ofNetwork),
    calibration: output === 'probability' ? (calibration ?? UNCALIBRATED) : undefined,
    shape: { embedding: encoder.dimension, features: featureCount(features.version), llms: llms.length },
  }
}

/** Says that a file of the card is not there, if one is not. */
export async function missingFile(directory: string, { files }: Card): Promise<string | undefined> {
  const missing = Object.keys(files).map((name) =>
    access(path.join(directory, name)).then(
      () => undefined,
      () => `The file ${name} cannot be read`,
    ),
  )
  return (await Promise.all(missing)).find((fault) => fault !== undefined)
}
