import { expect } from 'chai'

import { byEvidence, llmTable } from '../../../src/evaluate/report/cells.js'
import { isPredicting } from '../../../src/evaluate/system.js'
import { at } from '../../../src/numeric/at.js'
import { llmOf, promptOf } from '../../../src/outcomes/outcomes.js'
import { judged } from '../../outcomes/judged.js'
import { sampleOutcomes, sampleSystems } from '../sample.js'

const outcomes = sampleOutcomes()
const [seer] = sampleSystems(outcomes).filter(isPredicting)
const predictions = seer?.predictions ?? new Float64Array()

/** The outcomes as rows, to count them again. */
const rows = [...outcomes.score.keys()].map((i) => ({
  llm: llmOf(outcomes, i),
  category: promptOf(outcomes, i).category,
  predicted: at(predictions, i),
  observed: at(outcomes.score, i),
}))
const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

describe('llmTable', () => {
  const { categories, rows: found, leftOut } = llmTable(outcomes, predictions)

  it('has the means of each LLM on each category, the best LLM first', () => {
    expect(found.map(({ llm }) => llm)).to.deep.equal(['strong', 'middle', 'weak'])
    expect(categories).to.have.members(['code', 'math', 'rare', 'rarer'])
    for (const { llm, all, cells } of found) {
      for (const [category, cell] of [
        [undefined, all] as const,
        ...categories.map((name, c) => [name, cells[c]] as const),
      ]) {
        const own = rows.filter(
          (row) => row.llm === llm && (category === undefined || row.category === category),
        )
        if (cell === null || cell === undefined) expect(own, `${llm}, ${category ?? 'all'}`).to.deep.equal([])
        else {
          expect(cell.outcomes).to.equal(own.length)
          expect(cell.predicted).to.be.closeTo(meanOf(own.map(({ predicted }) => predicted)), 1e-12)
          expect(cell.observed).to.be.closeTo(meanOf(own.map(({ observed }) => observed)), 1e-12)
        }
      }
    }
    expect(leftOut).to.deep.equal({ llms: 0, categories: 0 })
  })

  it('says how many LLMs and categories it leaves out', () => {
    const many = judged(
      Array.from({ length: 60 }, (_, p) => ({
        prompt: `p${p}`,
        scores: { [`llm-${p}`]: 1, all: 0 },
        category: `c${p % 20}`,
      })),
    ).outcomes
    const large = llmTable(many, new Float64Array(many.score.length).fill(0.5))
    expect(large.rows).to.have.length(40)
    expect(large.categories).to.have.length(12)
    expect(large.leftOut).to.deep.equal({ llms: 21, categories: 8 })
    expect(large.rows.at(-1)).to.deep.include({
      llm: 'all',
      all: { outcomes: 60, predicted: 0.5, observed: 0 },
    })
  })
})

describe('byEvidence', () => {
  it('puts each outcome into one range', () => {
    const evidence = rows.map((_, i) => (i * 7) % 500)
    const ranges = byEvidence(outcomes, predictions, evidence)
    expect(ranges.map(({ from, to }) => [from, to])).to.deep.equal([
      [0, 0],
      [1, 9],
      [10, 29],
      [30, 99],
      [100, 299],
      [300, null],
    ])
    for (const { from, to, outcomes: n, observed } of ranges) {
      const own = rows.filter((_, i) => at(evidence, i) >= from && at(evidence, i) <= (to ?? Infinity))
      expect(n).to.equal(own.length)
      expect(observed).to.be.closeTo(meanOf(own.map((row) => row.observed)), 1e-12)
    }
  })
})
