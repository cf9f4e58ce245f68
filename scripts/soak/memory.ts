import { mean } from '../../src/numeric/mean.js'
import { quantileOf } from '../../src/numeric/quantile.js'
import { at } from '../../src/numeric/at.js'

/** What `/metrics` said at one moment, in bytes. */
export interface MemorySample {
  /** Seconds since the traffic began. */
  at: number
  resident: number
  heap: number
  external: number
  /** Of TensorFlow.js, a number of them. */
  tensors: number
}

const NAMES = {
  resident: 'process_resident_memory_bytes',
  heap: 'nodejs_heap_size_used_bytes',
  external: 'nodejs_external_memory_bytes',
  tensors: 'llimit_tensors',
}

/** @throws RangeError if the page does not have one of the numbers. */
export function sampleOf(page: string, seconds: number): MemorySample {
  const { resident, heap, external, tensors } = NAMES
  return {
    at: seconds,
    resident: numberIn(page, resident),
    heap: numberIn(page, heap),
    external: numberIn(page, external),
    tensors: numberIn(page, tensors),
  }
}

/** A metric without labels. */
export function numberIn(page: string, name: string): number {
  const found = new RegExp(`^${name} (\\S+)$`, 'm').exec(page)?.[1]
  if (found === undefined) throw new RangeError(`expected the metric ${name}, found none`)
  return Number(found)
}

/** Growth by less is noise; of tensors there is none. */
const MAX_GROWTH = { resident: 0.1, heap: 0.1, external: 0.1, tensors: 0 }
const COLLECTED = 0.1

/** How memory, or the number of tensors, went in the second half, when caches are full. */
export interface Growth {
  /** Of the third quarter and of the fourth, the level that a tenth of the samples is below: what is left after garbage was collected, bytes. */
  before: number
  after: number
  /** Bytes a minute, of the line through the samples of the second half. */
  slope: number
  isGrowing: boolean
}

/** @param samples four at least */
export function growthOf(samples: readonly MemorySample[], of: keyof typeof NAMES): Growth {
  const half = samples.slice(Math.floor(samples.length / 2))
  const quarter = Math.floor(half.length / 2)
  const values = half.map((sample) => sample[of])
  const before = quantileOf(values.slice(0, quarter), COLLECTED)
  const after = quantileOf(values.slice(quarter), COLLECTED)
  const times = half.map((sample) => sample.at / 60)
  const [middle, level] = [mean(times), mean(values)]
  const spread = times.reduce((sum, time) => sum + (time - middle) ** 2, 0)
  const shared = times.reduce((sum, time, i) => sum + (time - middle) * (at(values, i) - level), 0)
  return { before, after, slope: shared / spread, isGrowing: after > before * (1 + MAX_GROWTH[of]) }
}
