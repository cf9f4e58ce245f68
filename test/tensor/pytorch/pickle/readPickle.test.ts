import { expect } from 'chai'

import { readPickle } from '../../../../src/tensor/pytorch/pickle/readPickle.js'
import type { PickleOptions } from '../../../../src/tensor/pytorch/pickle/pickleMachine.js'
import type { PyGlobal, PyValue } from '../../../../src/tensor/pytorch/pickle/values.js'
import { faultOf } from '../../../convert/fault.js'
import {
  BUILD,
  call,
  EMPTY_DICT,
  EMPTY_LIST,
  EMPTY_TUPLE,
  global,
  int,
  MARK,
  MEMOIZE,
  NONE,
  op,
  pickle,
  STACK_GLOBAL,
  str,
  tuple,
  uint32,
  uint64,
} from './pickleWriter.js'

const count: PyGlobal = { kind: 'global', name: 'tests.count', call: (args) => args.length }
const thing: PyGlobal = { kind: 'global', name: 'tests.Thing', instantiable: true }

const options: PickleOptions = {
  globals: new Map([count, thing].map((allowed) => [allowed.name, allowed])),
  build: (target, state) => {
    if (typeof target === 'object' && target !== null && 'kind' in target && target.kind === 'instance') {
      target.state = state
    }
  },
  persistentLoad: (id) => ({ kind: 'list', items: ['loaded', id] }),
}

const load = (...operations: Uint8Array[]): PyValue => readPickle(pickle(...operations), options).value
const fault = (...operations: Uint8Array[]): string => faultOf(() => load(...operations))

describe('readPickle', () => {
  it('reads numbers', () => {
    expect(load(op('K', 255))).to.equal(255)
    expect(load(op('M', 1, 2))).to.equal(513)
    expect(load(int(-7))).to.equal(-7)
    expect(load(op('G', 0xbf, 0xf8, 0, 0, 0, 0, 0, 0))).to.equal(-1.5)
    expect(load(op(0x8a, 0))).to.equal(0)
    expect(load(op(0x8a, 2, 0x00, 0xff))).to.equal(-256)
    expect(load(op(0x8b, ...uint32(9), 0, 0, 0, 0, 0, 0, 0, 0, 1))).to.equal(2n ** 64n)
  })

  it('reads constants, strings and bytes', () => {
    expect(load(NONE)).to.equal(null)
    expect(load(op(0x88))).to.equal(true)
    expect(load(op(0x89))).to.equal(false)
    expect(load(str('\ufeffGröße 🚀'))).to.equal('\ufeffGröße 🚀')
    expect(load(op(0x8c, 1, 0x61))).to.equal('a')
    expect(load(op(0x8d, ...uint64(1n), 0x61))).to.equal('a')
    expect(load(op('C', 2, 1, 2))).to.deep.equal(Uint8Array.of(1, 2))
    expect(load(op('B', ...uint32(1), 9))).to.deep.equal(Uint8Array.of(9))
    expect(load(op(0x8e, ...uint64(1n), 9))).to.deep.equal(Uint8Array.of(9))
    expect(load(op(0x96, ...uint64(1n), 9))).to.deep.equal(Uint8Array.of(9))
  })

  it('builds lists, tuples and sets', () => {
    const one = [int(1)]
    const three = [int(1), int(2), int(3)]
    expect(load(EMPTY_LIST, ...one, op('a'))).to.deep.equal({ kind: 'list', items: [1] })
    expect(load(EMPTY_LIST, MARK, ...three, op('e'))).to.deep.equal({ kind: 'list', items: [1, 2, 3] })
    expect(load(MARK, ...three, op('l'))).to.deep.equal({ kind: 'list', items: [1, 2, 3] })
    expect(load(EMPTY_TUPLE)).to.deep.equal({ kind: 'tuple', items: [] })
    expect(load(...one, op(0x85))).to.deep.equal({ kind: 'tuple', items: [1] })
    expect(load(int(1), int(2), op(0x86))).to.deep.equal({ kind: 'tuple', items: [1, 2] })
    expect(load(...three, op(0x87))).to.deep.equal({ kind: 'tuple', items: [1, 2, 3] })
    expect(load(tuple(...three))).to.deep.equal({ kind: 'tuple', items: [1, 2, 3] })
    expect(load(op(0x8f), MARK, ...three, op(0x90))).to.deep.equal({ kind: 'set', items: [1, 2, 3] })
    expect(load(MARK, ...three, op(0x91))).to.deep.equal({ kind: 'set', items: [1, 2, 3] })
  })

  it('builds dicts as maps, whatever their keys are called', () => {
    const expected = new Map<string, number>([
      ['__proto__', 1],
      ['constructor', 2],
    ])
    const items = [str('__proto__'), int(1), str('constructor'), int(2)]
    expect(load(EMPTY_DICT, MARK, ...items, op('u'))).to.deep.equal(expected)
    expect(load(MARK, ...items, op('d'))).to.deep.equal(expected)
    expect(load(EMPTY_DICT, str('__proto__'), int(1), op('s'))).to.deep.equal(new Map([['__proto__', 1]]))
    expect(fault(EMPTY_DICT, EMPTY_LIST, int(1), op('s'))).to.include(
      'expected a plain value as a dict key, got list',
    )
    expect(fault(EMPTY_DICT, MARK, int(1), op('u'))).to.include(
      'expected a value for the last dict key, got none',
    )
  })

  it('remembers values in every form of the memo', () => {
    const pair = { kind: 'tuple', items: ['a', 'a'] }
    expect(load(str('a'), MEMOIZE, op('h', 0), op(0x86))).to.deep.equal(pair)
    expect(load(str('a'), op('q', 200), op('h', 200), op(0x86))).to.deep.equal(pair)
    expect(load(str('a'), op('r', ...uint32(4e9)), op('j', ...uint32(4e9)), op(0x86))).to.deep.equal(pair)
    expect(load(str('a'), op('p', 0x37, 0x0a), op('g', 0x37, 0x0a), op(0x86))).to.deep.equal(pair)
    expect(fault(op('h', 1))).to.include('expected a value in memo entry 1, got none')
    expect(fault(op('g', 0x78, 0x0a))).to.include('expected the number of a memo entry, got "x"')
  })

  it('moves values and marks about the stack', () => {
    expect(load(int(1), op('2'), op(0x86))).to.deep.equal({ kind: 'tuple', items: [1, 1] })
    expect(load(int(1), int(2), op('0'))).to.equal(1)
    expect(load(int(1), MARK, op('0'))).to.equal(1)
    expect(load(int(1), MARK, int(2), int(3), op('1'))).to.equal(1)
  })

  it('calls allowed globals only, and through inert code', () => {
    expect(load(call('tests', 'count', int(1), int(2)))).to.equal(2)
    expect(load(str('tests'), str('count'), STACK_GLOBAL)).to.equal(count)
    expect(fault(call('os', 'system', str('true')))).to.equal(
      'expected an allowed global, got os.system (operation GLOBAL at byte 2)',
    )
    expect(fault(str('builtins'), str('eval'), STACK_GLOBAL)).to.include(
      'expected an allowed global, got builtins.eval ',
    )
    expect(fault(str('x\u001b[2J'), str('y'), STACK_GLOBAL)).to.include('got "x\\u001b[2J.y" ')
    expect(fault(str('tests'), int(1), STACK_GLOBAL)).to.include(
      'expected two str as the name of a global, got str and number',
    )
    expect(fault(call('tests', 'Thing'))).to.include('expected a global that may be called, got tests.Thing')
    expect(fault(str('count'), tuple(), op('R'))).to.include('expected a global that may be called, got str')
    expect(fault(global('tests', 'count'), NONE, op('R'))).to.include(
      'tests.count: expected a tuple of arguments, got None',
    )
  })

  it('makes inert instances of classes that are allowed to have them', () => {
    const expected = { kind: 'instance', className: 'tests.Thing', state: 5 }
    expect(load(global('tests', 'Thing'), EMPTY_TUPLE, op(0x81), int(5), BUILD)).to.deep.equal(expected)
    expect(load(global('tests', 'Thing'), EMPTY_TUPLE, EMPTY_DICT, op(0x92), int(5), BUILD)).to.deep.equal(
      expected,
    )
    expect(fault(global('tests', 'count'), EMPTY_TUPLE, op(0x81))).to.include(
      'expected a class that may have instances, got tests.count',
    )
    expect(fault(NONE, EMPTY_TUPLE, op(0x81))).to.include(
      'expected a class that may have instances, got None',
    )
  })

  it('resolves persistent ids only where the caller does', () => {
    expect(load(str('7'), op('Q'))).to.deep.equal({ kind: 'list', items: ['loaded', '7'] })
    const { globals, build } = options
    expect(faultOf(() => readPickle(pickle(str('7'), op('Q')), { globals, build }))).to.include(
      'expected no persistent id, got one (operation BINPERSID at byte 8)',
    )
  })

  it('says where the pickle ends and leaves the rest to the caller', () => {
    const bytes = Buffer.concat([pickle(NONE), Uint8Array.of(1, 2, 3)])
    expect(readPickle(bytes, options)).to.deep.equal({ value: null, end: 4 })
  })
})
