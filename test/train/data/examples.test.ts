import { expect } from 'chai'
import fc from 'fast-check'

import { at } from '../../../src/numeric/at.js'
import { matrixOf } from '../../../src/numeric/matrix.js'
import { judged } from '../../outcomes/judged.js'
import { JudgedDataBuilder } from '../../../src/outcomes/judgedDataBuilder.js'
import { allPrompts, batchOf } from '../../../src/train/data/batch.js'
import { NO_CATEGORY } from '../../../src/train/data/categories.js'
import { promptCount, toExamples } from '../../../src/train/data/examples.js'
import type { Examples } from '../../../src/train/data/examples.js'

const PROMPTS = 5
const LLMS = ['a', 'b', 'c', 'd']

interface Row {
  prompt: number
  scores: Record<string, number>
}
interface Compared {
  prompt: number
  a: string
  b: string
  preference: number
}

const anyPrompt = fc.nat({ max: PROMPTS - 1 })
const anyRow: fc.Arbitrary<Row> = fc.record({
  prompt: anyPrompt,
  scores: fc.dictionary(fc.constantFrom(...LLMS), fc.constantFrom(0, 0.25, 1)),
})
const anyComparison: fc.Arbitrary<Compared> = fc
  .tuple(anyPrompt, fc.shuffledSubarray(LLMS, { minLength: 2, maxLength: 2 }), fc.constantFrom(0, 0.5, 1))
  .map(([prompt, [a = '', b = ''], preference]) => ({ prompt, a, b, preference }))

/** Each prompt judged by one row at most. */
const anyRows = fc.uniqueArray(anyRow, { selector: ({ prompt }) => prompt })
const anyData = fc.tuple(
  anyRows,
  fc.array(anyComparison, { maxLength: 8 }),
  fc.shuffledSubarray([0, 1, 2, 3, 4]),
)

function dataOf(rows: readonly Row[], comparisons: readonly Compared[]) {
  const builder = new JudgedDataBuilder()
  const rest = { source: '', category: '', split: '' }
  for (let p = 0; p < PROMPTS; p++) builder.addOutcomes({ prompt: String(p), scores: {}, ...rest })
  for (const { prompt, scores } of rows) builder.addOutcomes({ prompt: String(prompt), scores, ...rest })
  for (const { prompt, ...row } of comparisons)
    builder.addComparison({ prompt: String(prompt), ...row, ...rest })
  return builder.build([])
}

/** What is known of a prompt, whatever its position: scores by LLM, and comparisons in order. */
interface Known {
  targets: Record<string, number>
  comparisons: (readonly [string, string, number])[]
}

function expected(rows: readonly Row[], comparisons: readonly Compared[], prompt: number): Known {
  const of = comparisons.filter((row) => row.prompt === prompt)
  const scores = rows.find((row) => row.prompt === prompt)?.scores ?? {}
  const targets: Record<string, number> = {}
  for (const llm of LLMS) {
    const own = of.filter(({ a, b }) => a === llm || b === llm)
    if (llm in scores || own.length > 0) targets[llm] = scores[llm] ?? NaN
  }
  return { targets, comparisons: of.map(({ a, b, preference }) => [a, b, preference] as const) }
}

/** Two ways of keeping pairs: those of `Examples` from one prompt on, and those of a batch. */
type Pairs = Pick<Examples, 'llm' | 'target' | 'a' | 'b' | 'preference'>

function knownOf(
  llms: readonly string[],
  { llm, target, a, b, preference }: Pairs,
  pairs: number[],
  compared: number[],
): Known {
  const name = (pair: number) => at(llms, at(llm, pair))
  return {
    targets: Object.fromEntries(pairs.map((i) => [name(i), at(target, i)])),
    comparisons: compared.map((c) => [name(at(a, c)), name(at(b, c)), at(preference, c)] as const),
  }
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)
/** Elements of prompt p. @param first where those of each prompt begin */
const rangeOf = (first: Int32Array, p: number) => range(at(first, p), at(first, p + 1))

describe('toExamples and batchOf', () => {
  it('keep what the data says of each prompt, whatever the order', () => {
    fc.assert(
      fc.property(anyData, fc.infiniteStream(fc.nat()), ([rows, comparisons, chosen], order) => {
        const data = dataOf(rows, comparisons)
        const { llms } = data.outcomes
        const prompts = Int32Array.from(chosen)
        const inputs = matrixOf(Float32Array.from(chosen.flatMap((p) => [p, p + 0.5])), 2)
        const labels = { category: prompts.map((p) => p % 3), source: prompts.map((p) => p % 2) }
        const unweighted = toExamples(data, prompts, inputs, labels)
        expect(unweighted.weight).to.deep.equal(new Float32Array(prompts.length).fill(1))
        const examples = { ...unweighted, weight: Float32Array.from(prompts, (p) => p / 4) }
        expect(examples.source).to.deep.equal(labels.source)
        expect(promptCount(examples)).to.equal(chosen.length)
        const { firstPair, firstComparison } = examples
        chosen.forEach((prompt, p) => {
          const pairs = rangeOf(firstPair, p)
          const known = knownOf(llms, examples, pairs, rangeOf(firstComparison, p))
          expect(known).to.deep.equal(expected(rows, comparisons, prompt))
          expect(pairs).to.have.length(Object.keys(known.targets).length)
        })

        const taken = Int32Array.from(
          chosen.map((_, p) => p).filter(() => Number(order.next().value) % 2 === 0),
        ).reverse()
        const batch = batchOf(examples, taken)
        expect(Array.from(batch.inputs.data)).to.deep.equal(
          Array.from(taken).flatMap((p) => [at(chosen, p), at(chosen, p) + 0.5]),
        )
        taken.forEach((p, position) => {
          const pairs = range(0, batch.llm.length).filter((i) => batch.prompt[i] === position)
          const compared = range(0, batch.a.length).filter(
            (c) => at(batch.prompt, at(batch.a, c)) === position,
          )
          expect(knownOf(llms, batch, pairs, compared)).to.deep.equal(
            expected(rows, comparisons, at(chosen, p)),
          )
          expect(batch.category[position]).to.equal(at(chosen, p) % 3)
          expect(batch.weight[position]).to.equal(at(chosen, p) / 4)
        })
        expect(Array.from(batch.prompt)).to.deep.equal(Array.from(batch.prompt).sort((x, y) => x - y))
      }),
    )
  })

  it('keep the lengths of answers with their pairs', () => {
    const { outcomes, comparisons } = judged(
      [
        { prompt: 'p', scores: { a: 1, b: 0 }, tokens: { b: 12 } },
        { prompt: 'q', scores: { a: 1 }, tokens: { a: 8 } },
      ],
      [{ prompt: 'q', a: 'a', b: 'b' }],
    )
    const labels = { category: new Int32Array(2), source: new Int32Array(2) }
    const examples = toExamples(
      { outcomes, comparisons },
      Int32Array.of(1, 0),
      matrixOf(new Float32Array(4), 2),
      labels,
    )
    expect(examples.llm).to.deep.equal(Int32Array.of(0, 1, 0, 1))
    expect(examples.tokens).to.deep.equal(Float32Array.of(8, NaN, NaN, 12))
  })

  it('take all prompts in order', () => {
    const data = dataOf([{ prompt: 1, scores: { a: 1 } }], [])
    const prompts = Int32Array.of(3, 1)
    const examples = toExamples(data, prompts, matrixOf(new Float32Array(4), 2), {
      category: Int32Array.of(NO_CATEGORY, 2),
      source: new Int32Array(2),
    })
    expect(Array.from(allPrompts(examples))).to.deep.equal([0, 1])
    const batch = batchOf(examples, allPrompts(examples))
    expect(Array.from(batch.prompt)).to.deep.equal([1])
    expect(Array.from(batch.category)).to.deep.equal([NO_CATEGORY, 2])
  })
})
