import { at, valueAt } from '../../numeric/at.js'
import { mean } from '../../numeric/mean.js'
import { tally } from '../../numeric/tally.js'
import { forEachOutcome } from './examples.js'
import type { Examples } from './examples.js'

/**
 * What an outcome of each prompt counts, so that a source of 80,000 puzzles does not speak eighty times as loud as one of 1,000
 * answers: n^-exponent for a source of n outcomes, with a mean of 1 over the sources.
 * @returns [P]
 */
export function sourceWeights(
  examples: Pick<Examples, 'firstPair' | 'llm' | 'target' | 'source'>,
  exponent: number,
): Float32Array {
  const sources: number[] = []
  forEachOutcome(examples, (_, prompt) => void sources.push(at(examples.source, prompt)))
  const weights = new Map([...tally(sources)].map(([source, n]) => [source, n ** -exponent]))
  const average = weights.size === 0 ? 1 : mean([...weights.values()])
  // A prompt of a source without outcomes has none itself.
  return Float32Array.from(examples.source, (source) =>
    weights.has(source) ? valueAt(weights, source) / average : 1,
  )
}
