import { expect } from 'chai'
import fc from 'fast-check'

import { checkpointPickleOptions } from '../../../../src/convert/allowedGlobals.js'
import { MAX_NESTING } from '../../../../src/tensor/pytorch/pickle/pickleMachine.js'
import { MAX_OPERATIONS, readPickle } from '../../../../src/tensor/pytorch/pickle/readPickle.js'
import type { PyValue } from '../../../../src/tensor/pytorch/pickle/values.js'
import { faultOf, succeedsOrRejects } from '../../../convert/fault.js'
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
const fault = (...operations: Uint8Array[]): string => faultOf(() => load(...operations))

describe('readPickle on hostile files', () => {
  it('rejects what is not a pickle', () => {
    const read = (contents: Uint8Array) => () =>
      readPickle(contents, checkpointPickleOptions(contents.length))
    expect(faultOf(read(new Uint8Array()))).to.include('expected a pickle of protocol 2 to 5')
    expect(faultOf(read(Buffer.from('(dp0\n.')))).to.include('expected a pickle of protocol 2 to 5')
    expect(faultOf(read(Uint8Array.of(0x80, 9, 0x4e, 0x2e)))).to.include('protocol 2 to 5, got 9')
    expect(faultOf(read(Uint8Array.of(0x80, 1)))).to.include('protocol 2 to 5, got 1')
    expect(faultOf(read(Uint8Array.of(0x80, 4, 0x4e)))).to.include(
      'expected another operation at byte 3, got the end',
    )
  })

  it('checks a declared length before it allocates anything', () => {
    const huge = uint64(2n ** 62n)
    for (const code of [0x8e, 0x96, 0x95]) {
      expect(fault(op(code, ...huge))).to.match(/expected \d+ more bytes, got 1 .* at byte 2\)/)
    }
    expect(fault(op('B', ...uint32(0xffffffff)))).to.include('expected 4294967295 more bytes')
    expect(fault(op('X', ...uint32(0xffffffff)))).to.match(
      /expected a string of at most \d+ bytes, got 4294967295/,
    )
    expect(fault(op(0x8d, ...huge))).to.match(
      /expected a string of at most \d+ bytes, got 4611686018427388000/,
    )
    expect(fault(op(0x8b, ...uint32(0xffffffff)))).to.match(
      /expected an integer of at most 64 bytes, got 4294967295/,
    )
  })

  it('rejects operations without their operands', () => {
    for (const code of ['0', '2', 'a', 's', 'R', 'b', 'Q', 0x81, 0x85, 0x93, 0x94, '.']) {
      expect(fault(op(code))).to.include('expected a value on the stack, got none')
    }
    for (const code of ['t', 'l', 'd', 'e', 'u', '1', 0x90, 0x91]) {
      expect(fault(op(code))).to.include('expected an open MARK, got none')
    }
    expect(fault(int(1), MARK, op('2'))).to.include('expected a value on the stack, got none')
    expect(fault(int(1), int(2))).to.include('expected one value, got 2 and 0 open MARKs')
    expect(fault(NONE, NONE, op('a'))).to.include('expected a list to add items to, got None')
    expect(fault(NONE, NONE, NONE, op('s'))).to.include('expected a dict to set items in, got None')
  })

  it('rejects operations that it does not know', () => {
    for (const code of ['I', 'P', 'i', 'o', 'S', 0x82, 0x97, 0xff]) {
      expect(fault(op(code))).to.include('expected an operation that checkpoints need')
    }
  })

  it('rejects text that is not UTF-8, and lines without an end', () => {
    expect(fault(op('X', ...uint32(1), 0xff))).to.include('expected a string in UTF-8')
    expect(fault(op('c'), repeat(300, op('a')))).to.include(
      'expected the end of a line within 256 bytes, got none',
    )
    expect(fault(str('a'.repeat(200)), str('b'.repeat(200)), op(0x93))).to.include(
      'a name of at most 256 characters, got 400',
    )
  })

  it('bounds nesting and the number of operations', () => {
    expect(fault(repeat(MAX_NESTING + 1, MARK))).to.include('expected containers nested 256 deep at most')
    expect(fault(repeat(MAX_OPERATIONS, NONE))).to.include(
      `expected at most ${MAX_OPERATIONS} operations, got more`,
    )
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
    expect(fault(str('x'.repeat(100_000)), MEMOIZE, encode)).to.include('the same bytes again and again')
    const load = repeat(
      100,
      global('torch.storage', '_load_from_bytes'),
      op('h', 0),
      op(0x85),
      REDUCE,
      op('0'),
    )
    expect(fault(bytes(storageStream(100_000)), MEMOIZE, load)).to.include('the same bytes again and again')
  })

  it('rejects calls with arguments that they are not made for', () => {
    expect(fault(call('collections', 'OrderedDict', EMPTY_LIST))).to.include(
      'OrderedDict: expected no arguments, got 1',
    )
    expect(fault(call('_codecs', 'encode', str('€'), str('latin1')))).to.include(
      'expected characters of latin1, got others',
    )
    expect(fault(call('_codecs', 'encode', str('a'), str('rot13')))).to.include(
      'expected a str and "latin1", got "a" and "rot13"',
    )
    expect(fault(call('torch.storage', '_load_from_bytes', NONE))).to.include(
      'torch storage: expected bytes, got None',
    )
    expect(fault(call('torch.storage', '_load_from_bytes', bytes(pickle(NONE))))).to.include(
      'expected a pickle of protocol 2 to 5',
    )
    expect(fault(call('torch._utils', '_rebuild_tensor_v2'))).to.include(
      'tensor: expected a torch storage, got nothing',
    )
    expect(fault(EMPTY_LIST, NONE, op('b'))).to.include('expected an object that takes a state, got list')
    expect(load(EMPTY_DICT, NONE, op('b'))).to.deep.equal(new Map())
  })

  it('gives a value or a fault for any sequence of operations', async () => {
    const known = Buffer.from(
      '(012.KMJGNXCB]le)at}dsuqrhjcRbQ\x80\x81\x85\x86\x87\x88\x8a\x8c\x8f\x90\x91\x93\x94',
      'latin1',
    )
    const code = fc.constantFrom(...known)
    const operations = fc.array(fc.oneof({ weight: 3, arbitrary: code }, fc.nat(255)))
    await fc.assert(
      fc.asyncProperty(operations, (codes) => succeedsOrRejects(() => load(Uint8Array.from(codes)))),
      { numRuns: 2000 },
    )
  })
})
