import { expect } from 'chai'
import fc from 'fast-check'

import { at } from '../../../src/numeric/at.js'
import { categoriesOf, NO_CATEGORY } from '../../../src/train/data/categories.js'

const times = (n: number, name: string) => Array.from({ length: n }, () => name)

/** Names with shared beginnings, and some that have none. */
const anyName = fc
  .tuple(
    fc.constantFrom('code', 'math', ''),
    fc.array(fc.tuple(fc.constantFrom(':', '/', '-'), fc.constantFrom('a', 'b', 'c')), { maxLength: 3 }),
  )
  .map(([first, rest]) => (first === '' ? '' : first + rest.map((part) => part.join('')).join('')))

describe('categoriesOf', () => {
  const sizes = { joinBelow: 10, smallest: 2 }

  it('joins small categories along their names until they are large enough', () => {
    const { names, indexOf } = categoriesOf(
      [
        ...times(12, 'code:sql-write'),
        ...times(6, 'code:sql-read-easy'),
        ...times(5, 'code:sql-read-hard'),
        ...times(3, 'code:svelte'),
        ...times(4, 'chat/poems'),
        ...times(5, 'chat'),
      ],
      sizes,
    )
    expect(names).to.deep.equal(['chat', 'code', 'code:sql-read', 'code:sql-write'])
    const nameOf = (category: string) => names[indexOf(category)]
    expect(nameOf('code:sql-read-hard')).to.equal('code:sql-read')
    expect(nameOf('code:svelte')).to.equal('code')
    expect(nameOf('chat/poems')).to.equal('chat')
  })

  it('gives a category that training does not know to the one that its name begins with', () => {
    const { names, indexOf } = categoriesOf([...times(12, 'code:sql'), ...times(3, 'code:new')], sizes)
    expect(names).to.deep.equal(['code', 'code:sql'])
    expect(names[indexOf('code:sql-optimization')]).to.equal('code:sql')
    expect(names[indexOf('code:python')]).to.equal('code')
    expect(indexOf('chat')).to.equal(NO_CATEGORY)
    // A beginning that is not a part of the name.
    expect(indexOf('codes')).to.equal(NO_CATEGORY)
  })

  it('joins what stays small, whatever it is called', () => {
    const { names, indexOf } = categoriesOf([...times(12, 'code'), 'verse:haiku', 'sums'], sizes)
    expect(names).to.deep.equal(['code', 'other'])
    expect(names[indexOf('verse:haiku')]).to.equal('other')
    expect(names[indexOf('new')]).to.equal('other')
    expect(indexOf('')).to.equal(NO_CATEGORY)
  })

  it('joins along no name if it is not asked to', () => {
    const { names, indexOf } = categoriesOf([...times(3, 'code:a'), ...times(2, 'code:b')], {
      joinBelow: 0,
      smallest: 2,
    })
    expect(names).to.deep.equal(['code:a', 'code:b'])
    expect(indexOf('code:a-new')).to.equal(NO_CATEGORY)
  })

  it('keeps each prompt with a name that its own begins with, in a category of the size asked for or one that cannot grow', () => {
    fc.assert(
      fc.property(fc.array(anyName, { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (all, joinBelow) => {
        const { names, indexOf } = categoriesOf(all, { joinBelow, smallest: 1 })
        const members = names.map((_, i) => all.filter((category) => indexOf(category) === i))
        names.forEach((name, i) => {
          expect(at(members, i).every((category) => category.startsWith(name))).to.equal(true)
          expect(at(members, i).length >= joinBelow || !/[:/-]/.test(name), name).to.equal(true)
        })
        expect(members.flat()).to.have.length(all.filter((category) => category !== '').length)
      }),
    )
  })
})
