import { expect } from 'chai'
import fc from 'fast-check'

import { checkJudgedData, LITTLE_EVIDENCE } from '../../src/outcomes/checkJudgedData.js'
import { connectedComponents } from '../../src/outcomes/connectedComponents.js'
import { linesOf } from '../../src/outcomes/reportLines.js'
import { judged } from './judged.js'

describe('checkJudgedData', () => {
  const many = Array.from({ length: LITTLE_EVIDENCE }, (_, p) => ({
    prompt: `p${p}`,
    scores: { good: p % 2, same: 0.5 },
    source: 's',
    split: p < 10 ? 'dev' : 'train',
  }))
  const report = checkJudgedData(
    judged(
      [...many, { prompt: 'p0', scores: { good: 1 } }, { prompt: 'alone', scores: { few: 0.5 } }],
      [
        { prompt: 'compared', a: 'few', b: 'other', preference: 1 },
        { prompt: 'compared', a: 'other', b: 'few', preference: 0 },
      ],
    ),
  )

  it('counts what there is', () => {
    const { prompts, llms, outcomes, comparisons, splits, sources } = report
    expect({ prompts, llms, outcomes, comparisons }).to.deep.equal({
      prompts: 32,
      llms: 4,
      outcomes: 61,
      comparisons: 2,
    })
    expect(splits).to.deep.equal({ dev: 10, train: 20, '': 2 })
    expect(sources).to.deep.equal({ s: 30, '': 2 })
    expect(report.density).to.be.closeTo(61 / (32 * 4), 1e-12)
  })

  it('finds LLMs with little evidence, LLMs that always score the same, and connected components', () => {
    expect(report.sparse).to.deep.equal([
      { llm: 'few', outcomes: 1, comparisons: 2 },
      { llm: 'other', outcomes: 0, comparisons: 2 },
    ])
    expect(report.oneSided).to.deep.equal([
      { llm: 'few', won: true, comparisons: 2 },
      { llm: 'other', won: false, comparisons: 2 },
    ])
    expect(report.repeatedComparisons).to.equal(1)
    expect(report.constant).to.deep.equal([{ llm: 'same', score: 0.5, outcomes: 30 }])
    expect(report.components).to.have.deep.members([
      ['good', 'same'],
      ['few', 'other'],
    ])
    expect(report.judgedOnce).to.equal(1)
    expect(report.unjudged).to.equal(0)
  })

  it('says every weakness in a line, and none where there is none', () => {
    const text = linesOf(report).join('\n')
    expect(text).to.match(/2 LLMs with fewer than 30 outcomes and comparisons: few \(3\), other \(2\)/)
    expect(text).to.match(/2 LLMs with the same verdict in all comparisons: few \(won 2\), other \(lost 2\)/)
    expect(text).to.match(/1 comparison like one before/)
    expect(text).to.match(/1 LLM with the same score everywhere: same \(0\.5\)/)
    expect(text).to.match(/LLMs fall into 2 connected components/)
    expect(text).to.match(/1 row of a prompt seen before: merged, 1 outcome averaged/)
    const fine = many.map(({ prompt, scores }) => ({ prompt, scores: { a: scores.good, b: scores.good } }))
    expect(linesOf(checkJudgedData(judged(fine)))).to.have.length(3)
  })
})

describe('connectedComponents', () => {
  it('joins two LLMs exactly where a walk over shared prompts leads from one to the other', () => {
    const rows = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 3 }), {
      minLength: 1,
      maxLength: 7,
    })
    fc.assert(
      fc.property(rows, (judgedBy) => {
        const data = judged(
          judgedBy.map((llms, p) => ({
            prompt: `${p}`,
            scores: Object.fromEntries(llms.map((m) => [`m${m}`, 1])),
          })),
        )
        const names = connectedComponents(data).map((component) =>
          component.map((m) => data.outcomes.llms[m]).sort(),
        )
        expect(names).to.have.deep.members(
          componentsByWalking(judgedBy).map((component) => component.map((m) => `m${m}`)),
        )
      }),
    )
  })
})

function componentsByWalking(judgedBy: number[][]): number[][] {
  const left = new Set(judgedBy.flat())
  const components: number[][] = []
  for (const start of left) {
    let component = new Set([start])
    for (let size = 0; size < component.size;) {
      size = component.size
      const reached = judgedBy.filter((llms) => llms.some((m) => component.has(m))).flat()
      component = new Set([...component, ...reached])
    }
    component.forEach((m) => left.delete(m))
    components.push([...component].sort((x, y) => x - y))
  }
  return components
}
