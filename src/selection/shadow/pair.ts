import { createHash } from 'node:crypto'

import type { Card } from '../../card.js'
import { LLimitError } from '../../errors.js'
import type { HeadLine } from '../../feedback/shadowLine.js'
import type { CardOnDisk } from '../../registry/cards.js'
import type { Registry } from '../../registry/registry.js'
import { splitVersion } from '../../savedModel/names.js'

/** A saved model that answers, and one that is compared with it. */
export interface ShadowNames {
  live: string
  shadow: string
}

/** Both as they are now. */
export interface Pair {
  head: HeadLine
  /** LLM that both have -> its place in the head. */
  places: ReadonlyMap<string, number>
  /** Whether the shadow has become the version that answers. */
  isSame: boolean
}

/**
 * @param card of the live one
 * @param onDisk of the shadow
 */
export function pairOf({ live, shadow }: ShadowNames, card: Card, onDisk: CardOnDisk): Pair {
  const known = new Set(onDisk.card.llms)
  const llms = card.llms.filter((llm) => known.has(llm))
  const sha256 = createHash('sha256').update(JSON.stringify(card)).digest('hex')
  const nameOf = (model: string) => splitVersion(model).name
  return {
    head: {
      live: { model: nameOf(live), version: card.version, sha256 },
      shadow: { model: nameOf(shadow), version: onDisk.card.version, sha256: onDisk.sha256 },
      llms,
    },
    places: new Map(llms.map((llm, place) => [llm, place])),
    isSame: nameOf(live) === nameOf(shadow) && card.version === onDisk.card.version,
  }
}

/**
 * Holds the two to each other before a server starts.
 * @returns whether they have the same encoder.
 * @throws LLimitError as `Registry.find` does, and INVALID_CONFIG if there is nothing to compare.
 */
export async function checkShadow(names: ShadowNames, registry: Pick<Registry, 'find'>): Promise<boolean> {
  const [live, shadow] = await Promise.all([registry.find(names.live), registry.find(names.shadow)])
  for (const { model, card } of [live, shadow]) {
    if (card.output !== 'probability') {
      throw new LLimitError('INVALID_CONFIG', `expected a model that gives probabilities, got ${model}`)
    }
  }
  const [own, other] = [live.card.encoder, shadow.card.encoder]
  if (pairOf(names, live.card, shadow).head.llms.length > 0)
    return own.name === other.name && own.sha256 === other.sha256
  const message = `expected two models that have an LLM in common, got ${names.live} and ${names.shadow}`
  throw new LLimitError('INVALID_CONFIG', message)
}
