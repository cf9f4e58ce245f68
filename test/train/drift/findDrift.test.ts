import { expect } from 'chai'

import { at } from '../../../src/numeric/at.js'
import { createRandom } from '../../../src/numeric/random.js'
import { findDrift } from '../../../src/train/drift/findDrift.js'
import type { PlacedReport } from '../../../src/train/drift/findDrift.js'

const MODEL = 'dense_network/tiny'
const CATEGORIES = ['code', 'math', 'chat', 'law', 'poems', 'maps']

interface World {
  seed: number
  n?: number
  /** Of prompt i of n: what it is, changed. */
  familiarity?: (uniform: number, when: number) => number
  category?: (category: string, when: number, uniform: number) => string
  /** The truth for what the model says. */
  truth?: (probability: number, when: number) => number
}

/** Reports of a world in which nothing drifts but what is changed; `when` goes from 0 to 1. */
function reportsOf({ seed, n = 500, familiarity, category, truth }: World): PlacedReport[] {
  const random = createRandom(seed + 1)
  return Array.from({ length: n }, (_, i) => {
    const [u, k, p, s, v] = Array.from({ length: 5 }, random) as [number, number, number, number, number]
    const when = i / n
    const own = at(CATEGORIES, Math.floor(k * k * CATEGORIES.length))
    return {
      familiarity: familiarity?.(u, when) ?? u,
      category: category?.(own, when, v) ?? own,
      report: {
        at: new Date(1.75e12 + i * 60_000).toISOString(),
        model: MODEL,
        probability: p,
        score: s < (truth?.(p, when) ?? p) ? 1 : 0,
        embedding: Float32Array.of(i, 1),
        features: Float32Array.of(2),
      },
    }
  })
}
const find = (world: World, since?: string) =>
  findDrift({ model: MODEL, reports: reportsOf(world), levels: [], since })

describe('findDrift', () => {
  it('finds nothing where nothing drifts, in nineteen of twenty logs at least', () => {
    const logs = 150
    const alarmed = Array.from({ length: logs }, (_, seed) => find({ seed }).findings).filter(
      (findings) => findings.length > 0,
    )
    // Of 150 at 5 % each: more than 15 are seen once in a thousand times.
    expect(alarmed.length).to.be.at.most(15)
  })

  it('names prompts that are unlike those of the training, and the categories that they are nearest to', () => {
    const world = {
      seed: 1,
      familiarity: (u: number, when: number) => (when > 0.8 ? u ** 3 : u),
      category: (category: string, when: number, v: number) => (when > 0.8 && v < 0.3 ? 'chat' : category),
    }
    const { findings, familiarity, unfamiliarCategories } = find(world)
    expect(findings).to.include('unfamiliar')
    expect(familiarity?.stabilityPValue).to.be.lessThan(1e-4)
    expect(unfamiliarCategories).to.include.oneOf(['chat', 'code'])
    expect(find({ seed: 1, familiarity: (u) => Math.sqrt(u) }).findings).to.deep.equal([])
  })

  it('names categories that have grown, with their shares', () => {
    const category = (own: string, when: number, v: number) => (when > 0.8 && v < 0.4 ? 'law' : own)
    const { findings, categories } = find({ seed: 2, category })
    expect(findings).to.deep.equal(['categories'])
    const [first] = categories?.categories ?? []
    expect(first?.category).to.equal('law')
    expect(first?.recent).to.be.greaterThan((first?.before ?? NaN) + 0.2)
    expect(first?.change.low).to.be.greaterThan(0)
    expect(categories).to.include({ before: 400, recent: 100 })
  })

  it('names the time from which on probabilities are off', () => {
    const truth = (probability: number, when: number) => (when > 0.6 ? probability / 2 : probability)
    const { findings, windows } = find({ seed: 7, n: 2000, truth })
    expect(findings).to.deep.equal(['calibration'])
    expect(windows).to.have.length(10)
    expect(windows.map(({ high }) => high < 0)).to.deep.equal([
      ...new Array<boolean>(6).fill(false),
      ...new Array<boolean>(4).fill(true),
    ])
    expect(windows.map(({ outcomes }) => outcomes)).to.deep.equal(new Array<number>(10).fill(200))
  })

  it('takes the recent ones from a date on, in whatever order they are in the log', () => {
    const category = (own: string, when: number) => (when >= 0.5 ? 'law' : own)
    const reports = reportsOf({ seed: 4, category })
    const since = at(reports, 250).report.at
    const found = findDrift({ model: MODEL, reports: reports.reverse(), levels: [], since })
    expect(found.categories).to.include({ before: 250, recent: 250 })
    expect(found.categories?.categories[0]).to.include({ category: 'law', recent: 1 })
  })

  it('counts a prompt that comes again once, and says nothing of too few', () => {
    const one = at(reportsOf({ seed: 5 }), 0)
    const found = findDrift({
      model: MODEL,
      reports: Array.from({ length: 500 }, () => one),
      levels: [],
      since: undefined,
    })
    expect(found.prompts).to.equal(1)
    expect([found.familiarity, found.categories]).to.deep.equal([undefined, undefined])
    expect(found.windows).to.have.length(10)
  })

  it('has LLMs that have changed, and only those', () => {
    const level = {
      ...{ llm: 'a', outcomes: 50, meanScore: 0.5, low: -2, high: -1, delta: -1.5 },
      before: { mean: 0.5, calibrationError: 0.1 },
      after: { mean: 0.4, calibrationError: 0.1 },
    }
    const same = { ...level, llm: 'b', delta: 0 }
    const found = findDrift({
      model: MODEL,
      reports: reportsOf({ seed: 8 }),
      levels: [level, same],
      since: undefined,
    })
    expect(found.findings).to.deep.equal(['llms'])
    expect(found.moved.map(({ llm }) => llm)).to.deep.equal(['a'])
  })
})
