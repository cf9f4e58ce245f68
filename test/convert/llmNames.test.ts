import { expect } from 'chai'

import { readLlmNames } from '../../src/convert/llmNames.js'
import type { Dict, Key, PyValue } from '../../src/tensor/pytorch/pickle/values.js'
import { faultOf } from './fault.js'

const dict = (...entries: [Key, PyValue][]): Dict => new Map(entries)

const encoder = (nameToId: Dict, idToName: Dict, nextId: PyValue): Dict =>
  dict(['name_to_id', nameToId], ['id_to_name', idToName], ['next_id', nextId])

describe('readLlmNames', () => {
  it('orders names by id, whatever they are called', () => {
    const nameToId = dict(['constructor', 1], ['__proto__', 0])
    const idToName = dict([1, 'constructor'], [0, '__proto__'])
    expect(readLlmNames(encoder(nameToId, idToName, 2))).to.deep.equal(['__proto__', 'constructor'])
  })

  it('takes a list of names in order', () => {
    const names = { kind: 'list', items: ['b', 'a'] } as const
    expect(readLlmNames(dict(['names', { ...names, items: [...names.items] }]))).to.deep.equal(['b', 'a'])
  })

  it('rejects names and ids that contradict each other', () => {
    const fault = (...parts: Parameters<typeof encoder>) => faultOf(() => readLlmNames(encoder(...parts)))
    expect(fault(dict(['a', 0], ['b', 0]), dict([0, 'a'], [1, 'b']), 2)).to.include('expected one id for "b"')
    expect(fault(dict(['a', 0], ['b', 2]), dict([0, 'a'], [2, 'b']), 2)).to.include(
      'expected an LLM of id 1, got none',
    )
    expect(fault(dict(['a', 0.5]), dict([0.5, 'a']), 1)).to.include('expected an LLM of id 0, got none')
    expect(fault(dict(['a', 0]), dict(['0', 'a']), 1)).to.include('expected one id for "a"')
    expect(fault(dict(['a', 'x']), dict([0, 'a']), 1)).to.include('expected a number as an id, got "x"')
    expect(fault(dict([7, 0]), dict([0, 7]), 1)).to.include('expected a str as the name of an LLM, got 7')
    expect(fault(dict(['a', 0]), dict([0, 'a']), 2)).to.include(
      'expected 1 names, as many ids and that as next_id, got 1 ids and 2',
    )
    expect(fault(dict(), dict(), 0)).to.include('expected an LLM or more, got none')
  })

  it('rejects lists of names that repeat one or hold something else', () => {
    const fault = (names: PyValue) => faultOf(() => readLlmNames(dict(['names', names])))
    expect(fault({ kind: 'list', items: ['a', 'b', 'a'] })).to.include(
      'expected each name once, got "a" twice',
    )
    expect(fault({ kind: 'list', items: [null] })).to.include(
      'expected a str as the name of an LLM, got None',
    )
    expect(fault('a')).to.include('model_encoder.names: expected a list, got "a"')
    expect(faultOf(() => readLlmNames(null))).to.include('model_encoder: expected a dict, got None')
    expect(faultOf(() => readLlmNames(dict()))).to.include(
      'model_encoder.name_to_id: expected a dict, got nothing',
    )
  })
})
