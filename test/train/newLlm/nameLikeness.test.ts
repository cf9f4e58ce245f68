import { expect } from 'chai'
import fc from 'fast-check'

import { at } from '../../../src/numeric/at.js'
import { cholesky } from '../../../src/numeric/cholesky.js'
import { nameLikeness } from '../../../src/train/newLlm/nameLikeness.js'

const likeness = nameLikeness([])

const word = fc.constantFrom(
  'llama',
  'qwen',
  'gpt',
  '3',
  '3.1',
  '4o',
  '7b',
  '70b',
  '8x22b',
  'mini',
  'instruct',
  'é',
)
const name = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join('-'))

describe('nameLikeness', () => {
  it('is 1 for a name and itself, however separated, symmetric, and from 0 to 1', () => {
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(likeness(a, a)).to.be.closeTo(1, 1e-12)
        expect(likeness(a, a.toUpperCase().replaceAll('-', ' '))).to.be.closeTo(1, 1e-12)
        expect(likeness(a, b))
          .to.equal(likeness(b, a))
          .and.to.be.within(0, 1 + 1e-12)
      }),
    )
  })

  it('is a kernel: the matrix of any names has no negative eigenvalue', () => {
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 2, maxLength: 8 }), (names) => {
        // Positive definite with a trace of ridge, so that the factor's square is the matrix itself.
        const matrix = names.map((a, i) =>
          Float64Array.from(names.slice(0, i + 1), (b, j) => likeness(a, b) + (i === j ? 1e-9 : 0)),
        )
        const factor = cholesky(matrix)
        matrix.forEach((row, i) => {
          const squared = at(factor, i).reduce((sum, value) => sum + value ** 2, 0)
          // What cholesky cuts at 0 would be missing here.
          expect(squared).to.be.closeTo(at(row, i), 1e-6)
        })
      }),
    )
  })

  it('knows families, and sizes among them', () => {
    const order = (a: string, like: string, unlike: string) =>
      expect(likeness(a, like), `${a}: ${like} before ${unlike}`).to.be.greaterThan(likeness(a, unlike))
    order('claude-opus-4.5', 'claude-opus-4.1', 'claude-haiku-4.5')
    order('claude-opus-4.5', 'claude-sonnet-4', 'gpt-5')
    order('llama-3.1-70b-instruct', 'llama-3-70b-instruct', 'llama-3.1-8b-instruct')
    order('qwen2.5-72b', 'llama-3-70b', 'yi-6b')
    order('mixtral-8x22b', 'mixtral-8x7b', 'mistral-7b')
  })

  it('takes half of a name for nothing if one has a size and the other has none', () => {
    // The same pieces but those with the size; 4b of gemma-3-4b and a four alone are no size of each other.
    const [sized, plain] = ['abcdefghijklmnop-7b', 'abcdefghijklmnop']
    const pieces = (text: string) => {
      const all = new Set<string>()
      for (const n of [2, 3, 4]) for (let i = 0; i + n <= text.length; i++) all.add(text.slice(i, i + n))
      return all
    }
    const [a, b] = [pieces(`^${sized}$`), pieces(`^${plain}$`)]
    const common = [...a].filter((piece) => b.has(piece)).length
    expect(likeness(sized, plain)).to.be.closeTo(common / Math.sqrt(a.size * b.size) / 2, 1e-12)
  })
})
