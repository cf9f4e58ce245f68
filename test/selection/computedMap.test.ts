import { expect } from 'chai'

import { ComputedMap } from '../../src/selection/computedMap.js'

describe('ComputedMap', () => {
  const sources = new Map([
    ['a', 1],
    ['b', 2],
  ])
  const map = new ComputedMap(sources, (key, source) => `${key}${source}`)

  it('is what a map of the computed values would be', () => {
    const plain = new Map([
      ['a', 'a1'],
      ['b', 'b2'],
    ])
    expect([...map]).to.deep.equal([...plain])
    expect([...map.entries()]).to.deep.equal([...plain])
    expect([...map.keys()]).to.deep.equal(['a', 'b'])
    expect([...map.values()]).to.deep.equal(['a1', 'b2'])
    expect([map.size, map.has('a'), map.has('c')]).to.deep.equal([2, true, false])
    expect([map.get('b'), map.get('c')]).to.deep.equal(['b2', undefined])
    const seen: string[] = []
    map.forEach((value, key) => seen.push(key + value))
    expect(seen).to.deep.equal(['aa1', 'bb2'])
  })
})
