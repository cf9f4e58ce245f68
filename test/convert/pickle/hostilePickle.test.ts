import { expect } from 'chai'
import fc from 'fast-check'

import { checkpointPickleOptions } from '../../../src/convert/knownGlobals.js'
import { MAX_NESTING, MAX_OPERATIONS } from '../../../src/convert/pickle/limits.js'
import { readPickle } from '../../../src/convert/pickle/readPickle.js'
import type { PyValue } from '../../../src/convert/pickle/values.js'
import { refusalOf, succeedsOrRefuses } from '../refusal.js'
import { storageStream } from '../storageStream.js'
import {
  bytes,
  call,
  EMPTY_DICT,
  EMPTY_LIST,
  global,
  int,
  MARK,
  MEMOIZE,
  NONE,
  op,
  pickle,
  REDUCE,
  repeat,
  str,
  uint32,
  uint64,
} from './pickleWriter.js'

function load(...operations: Uint8Array[]): PyValue {
  const contents = pickle(...operations)
  return readPickle(contents, checkpointPickleOptions(contents.length)).value
}
const refusal = (...operations: Uint8Array[]): string => refusalOf(() => load(...operations))

describe('readPickle on hostile files', () => {
  it('refuses what is not a pickle', () => {
    const read = (contents: Uint8Array) => () =>
      readPickle(contents, checkpointPickleOptions(contents.length))
    expect(refusalOf(read(new Uint8Array()))).to.include('no pickle of protocol 2')
    expect(refusalOf(read(Buffer.from('(dp0\n.')))).to.include('no pickle of protocol 2')
    expect(refusalOf(read(Uint8Array.of(0x80, 9, 0x4e, 0x2e)))).to.include('protocol 9 is not supported')
    expect(refusalOf(read(Uint8Array.of(0x80, 1)))).to.include('protocol 1 is not supported')
    expect(refusalOf(read(Uint8Array.of(0x80, 4, 0x4e)))).to.include('cut off at byte 3')
  })

  it('checks a declared length before it allocates anything', () => {
    const huge = uint64(2n ** 62n)
    for (const code of [0x8e, 0x96, 0x95]) {
      expect(refusal(op(code, ...huge))).to.match(/bytes are needed where only 1 are left.* at byte 2\)/)
    }
    expect(refusal(op('B', ...uint32(0xffffffff)))).to.include('4294967295 bytes are needed')
    expect(refusal(op('X', ...uint32(0xffffffff)))).to.include('a string of 4294967295 bytes')
    expect(refusal(op(0x8d, ...huge))).to.include('is longer than')
    expect(refusal(op(0x8b, ...uint32(0xffffffff)))).to.include('an integer of 4294967295 bytes')
  })

  it('refuses operations without their operands', () => {
    for (const code of ['0', '2', 'a', 's', 'R', 'b', 'Q', 0x81, 0x85, 0x93, 0x94, '.']) {
      expect(refusal(op(code))).to.include('the stack is empty')
    }
    for (const code of ['t', 'l', 'd', 'e', 'u', '1', 0x90, 0x91]) {
      expect(refusal(op(code))).to.include('no MARK is open')
    }
    expect(refusal(int(1), MARK, op('2'))).to.include('the stack is empty')
    expect(refusal(int(1), int(2))).to.include('1 values and 0 MARKs are left over')
    expect(refusal(NONE, NONE, op('a'))).to.include('to a None instead of a list')
    expect(refusal(NONE, NONE, NONE, op('s'))).to.include('in a None instead of a dict')
  })

  it('refuses operations that it does not know', () => {
    for (const code of ['I', 'P', 'i', 'o', 'S', 0x82, 0x97, 0xff]) {
      expect(refusal(op(code))).to.include('an operation that no checkpoint needs')
    }
  })

  it('refuses text that is not UTF-8, and lines without an end', () => {
    expect(refusal(op('X', ...uint32(1), 0xff))).to.include('not UTF-8')
    expect(refusal(op('c'), repeat(300, op('a')))).to.include('no line ends within')
    expect(refusal(str('a'.repeat(200)), str('b'.repeat(200)), op(0x93))).to.include('is longer than')
  })

  it('bounds nesting and the number of operations', () => {
    expect(refusal(repeat(MAX_NESTING + 1, MARK))).to.include('nest deeper')
    expect(refusal(repeat(MAX_OPERATIONS, NONE))).to.include(`more than ${MAX_OPERATIONS} operations`)
  })

  it('takes lists that contain themselves or double again and again without following them', () => {
    expect(load(EMPTY_LIST, MEMOIZE, op('h', 0), op('a'))).to.have.property('kind', 'list')
    const twiceTheLast = [EMPTY_LIST, op('q', 0), op('h', 1), op('a'), op('h', 1), op('a'), op('q', 1)]
    const doubling = repeat(10_000, ...twiceTheLast, op('0'))
    expect(load(EMPTY_LIST, op('q', 1), op('0'), doubling, op('h', 1))).to.have.property('kind', 'list')
  })

  it('builds as deep as the memo allows without recursion', () => {
    const deeper = [EMPTY_LIST, op('h', 0), op('a'), op('q', 0), op('0')]
    expect(load(EMPTY_LIST, op('q', 0), op('0'), repeat(100_000, ...deeper), op('h', 0))).to.have.property(
      'kind',
    )
  })

  it('bounds work that a call can ask for again and again', () => {
    const encode = repeat(100, call('_codecs', 'encode', op('h', 0), str('latin1')), op('0'))
    expect(refusal(str('x'.repeat(100_000)), MEMOIZE, encode)).to.include('decoded again and again')
    const load = repeat(
      100,
      global('torch.storage', '_load_from_bytes'),
      op('h', 0),
      op(0x85),
      REDUCE,
      op('0'),
    )
    expect(refusal(bytes(storageStream(100_000)), MEMOIZE, load)).to.include('decoded again and again')
  })

  it('refuses calls with arguments that they are not made for', () => {
    expect(refusal(call('collections', 'OrderedDict', EMPTY_LIST))).to.include('with arguments')
    expect(refusal(call('_codecs', 'encode', str('€'), str('latin1')))).to.include('outside latin1')
    expect(refusal(call('_codecs', 'encode', str('a'), str('rot13')))).to.include('something else')
    expect(refusal(call('torch.storage', '_load_from_bytes', NONE))).to.include('not given as bytes')
    expect(refusal(call('torch.storage', '_load_from_bytes', bytes(pickle(NONE))))).to.include('no pickle of')
    expect(refusal(call('torch._utils', '_rebuild_tensor_v2'))).to.include('a tensor is built on a None')
    expect(refusal(EMPTY_LIST, NONE, op('b'))).to.include('a list is given a state')
    expect(load(EMPTY_DICT, NONE, op('b'))).to.deep.equal(new Map())
  })

  it('gives a value or a refusal for any sequence of operations', async () => {
    const known = Buffer.from(
      '(012.KMJGNXCB]le)at}dsuqrhjcRbQ\x80\x81\x85\x86\x87\x88\x8a\x8c\x8f\x90\x91\x93\x94',
      'latin1',
    )
    const code = fc.constantFrom(...known)
    const operations = fc.array(fc.oneof({ weight: 3, arbitrary: code }, fc.nat(255)))
    await fc.assert(
      fc.asyncProperty(operations, (codes) => succeedsOrRefuses(() => load(Uint8Array.from(codes)))),
      { numRuns: 2000 },
    )
  })
})
