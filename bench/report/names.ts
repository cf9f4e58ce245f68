import type { Results } from '../results.js'

/** Marks contenders that do a part of the work only. */
export const EMBEDDINGS_ONLY = '†'

export function givesEmbeddingsOnly(name: string, { entrants }: Results): boolean {
  return entrants.some((entrant) => entrant.name === name && entrant.answers === 'embeddings')
}

export function displayName(name: string, results: Results): string {
  return givesEmbeddingsOnly(name, results) ? `${name} ${EMBEDDINGS_ONLY}` : name
}
