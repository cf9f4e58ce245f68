import type { Card } from '../card.js'
import type { Embedder } from '../embedding/embedder.js'
import type { Encoders } from '../embedding/encoders.js'
import type { FailedLoads } from '../failures/failedLoads.js'
import { stampOfFiles } from '../failures/stamps.js'
import { rowsByName } from '../numeric/indices.js'
import type { LlmRow } from '../numeric/indices.js'
import { loadInline } from '../scorer/loadInline.js'
import type { LoadedNetwork, Scorer } from '../scorer/scorer.js'
import { sourceOf } from './cardNetwork.js'
import type { CardOnDisk } from './cards.js'
import { readEvidence } from './evidence.js'
import type { Evidence } from './evidence.js'
import { readLengths } from './lengths.js'
import type { Lengths } from './lengths.js'
import { checkReferenceScores } from './referenceScores.js'

/** A saved model in memory: everything that scoring with it needs. */
export interface LoadedModel {
  card: Card
  embedder: Embedder
  /** LLM name -> row of the LLM embedding. */
  rows: ReadonlyMap<string, LlmRow>
  network: LoadedNetwork
  /** What the training data says; undefined for a saved model that does not contain it. */
  evidence: Evidence | undefined
  /** Undefined for a saved model that knows nothing of lengths. */
  lengths: Lengths | undefined
}

interface Loaders {
  encoders: Encoders
  scorer: Pick<Scorer, 'load'>
}

/** The files of a saved model at one moment, and the name under which it is asked for. */
export function keyOf({ model, sha256 }: CardOnDisk): string {
  return `${model} ${sha256}`
}

/** The same with the encoder on which its reference scores were computed here. */
export function referenceKeyOf(onDisk: CardOnDisk, encoderIdentity: string): string {
  return `${keyOf(onDisk)} ${encoderIdentity}`
}

/** Changes whenever one of the files does that the card names. */
export function stampOf({ directory, card }: CardOnDisk): Promise<string> {
  return stampOfFiles(directory, Object.keys(card.files))
}

/**
 * Loads a saved model, and holds it to the reference scores of its card.
 * @param failed what could not be loaded is not tried again for a while, unless a file of it changes.
 * @throws LLimitError MODEL_BROKEN, ENGINE_UNAVAILABLE; what was loaded is given back.
 */
export async function loadModel(
  onDisk: CardOnDisk,
  { encoders, scorer }: Loaders,
  failed: FailedLoads,
): Promise<LoadedModel> {
  const { card } = onDisk
  // Encoders remember their failures themselves: what the card wants may be installed the next moment.
  const referenceKey = referenceKeyOf(onDisk, await encoders.check(card))
  const stamp = () => stampOf(onDisk)
  // Before anything is loaded, which would be in vain.
  await failed.check({ key: referenceKey, stamp })
  const isStatic = await encoders.isStatic(card.encoder.name)
  // While the network is loaded, which takes about as long.
  const opening = encoders.forCard(card)
  opening.catch(() => undefined)
  const parts = await failed.attempt({
    key: keyOf(onDisk),
    stamp,
    load: () => loadParts(onDisk, isStatic, scorer),
  })
  try {
    const loaded = { ...parts, card, embedder: await opening }
    await failed.attempt({ key: referenceKey, stamp, load: () => checkReferenceScores(loaded) })
    return { ...loaded, rows: rowsByName(card.llms) }
  } catch (error) {
    disposeOf(parts.network)
    throw error
  }
}

/** All that does not need the encoder. */
async function loadParts({ card, directory }: CardOnDisk, isStatic: boolean, scorer: Loaders['scorer']) {
  const source = sourceOf(directory, card)
  const network = await (isStatic ? loadInline(source, scorer) : scorer.load(source))
  try {
    const [evidence, lengths] = await Promise.all([
      readEvidence(directory, card),
      readLengths(directory, card),
    ])
    return { network, evidence, lengths }
  } catch (error) {
    disposeOf(network)
    throw error
  }
}

/** If the thread has ended meanwhile, so has the network. */
function disposeOf(network: LoadedNetwork): void {
  network.dispose().catch(() => undefined)
}
