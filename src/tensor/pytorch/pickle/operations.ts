import { quote } from '../../../errors.js'
import { at } from '../../../numeric/at.js'
import { invalidCheckpoint } from '../invalidCheckpoint.js'
import { MAX_LINE_BYTES } from './byteReader.js'
import type { PickleMachine } from './pickleMachine.js'
import { isGlobal, isObject, isTuple, typeName } from './values.js'
import type { Dict, Key, PyList, PyValue } from './values.js'

/** One operation of the pickle format: its byte, its name in Python's pickletools, what it does. */
export type Operation = readonly [code: number, name: string, run: (pickle: PickleMachine) => void]

/** Bytes of a LONG, whose conversion costs more than linear time. Python's largest here has 10. */
const MAX_LONG_BYTES = 64

/** Operations that frame the stream, push a literal, or move values between stack and memo. */
const LITERAL_OPERATIONS: readonly Operation[] = [
  [0x80, 'PROTO', (pickle) => checkProtocol(pickle.input.uint8())],
  // A frame only groups what follows; its length is checked and otherwise not needed.
  [0x95, 'FRAME', (pickle) => pickle.input.expect(pickle.input.uint64())],

  [0x4e, 'NONE', (pickle) => pickle.push(null)],
  [0x88, 'NEWTRUE', (pickle) => pickle.push(true)],
  [0x89, 'NEWFALSE', (pickle) => pickle.push(false)],

  [0x4b, 'BININT1', (pickle) => pickle.push(pickle.input.uint8())],
  [0x4d, 'BININT2', (pickle) => pickle.push(pickle.input.uint16())],
  [0x4a, 'BININT', (pickle) => pickle.push(pickle.input.int32())],
  [0x8a, 'LONG1', (pickle) => pushLong(pickle, pickle.input.uint8())],
  [0x8b, 'LONG4', (pickle) => pushLong(pickle, pickle.input.uint32())],
  [0x47, 'BINFLOAT', (pickle) => pickle.push(pickle.input.float64())],

  [0x8c, 'SHORT_BINUNICODE', (pickle) => pickle.push(pickle.input.text(pickle.input.uint8()))],
  [0x58, 'BINUNICODE', (pickle) => pickle.push(pickle.input.text(pickle.input.uint32()))],
  [0x8d, 'BINUNICODE8', (pickle) => pickle.push(pickle.input.text(pickle.input.uint64()))],

  [0x43, 'SHORT_BINBYTES', (pickle) => pickle.push(pickle.input.take(pickle.input.uint8()))],
  [0x42, 'BINBYTES', (pickle) => pickle.push(pickle.input.take(pickle.input.uint32()))],
  [0x8e, 'BINBYTES8', (pickle) => pickle.push(pickle.input.take(pickle.input.uint64()))],
  [0x96, 'BYTEARRAY8', (pickle) => pickle.push(pickle.input.take(pickle.input.uint64()))],

  [0x94, 'MEMOIZE', (pickle) => pickle.memoize()],
  [0x70, 'PUT', (pickle) => pickle.memoize(decimal(pickle.input.line()))],
  [0x71, 'BINPUT', (pickle) => pickle.memoize(pickle.input.uint8())],
  [0x72, 'LONG_BINPUT', (pickle) => pickle.memoize(pickle.input.uint32())],
  [0x67, 'GET', (pickle) => pickle.pushMemo(decimal(pickle.input.line()))],
  [0x68, 'BINGET', (pickle) => pickle.pushMemo(pickle.input.uint8())],
  [0x6a, 'LONG_BINGET', (pickle) => pickle.pushMemo(pickle.input.uint32())],
]

/** Operations that move marks and values on the stack, or build and fill lists, tuples, sets and dicts. */
const CONTAINER_OPERATIONS: readonly Operation[] = [
  [0x28, 'MARK', (pickle) => pickle.mark()],
  [0x30, 'POP', (pickle) => pickle.popValueOrMark()],
  [0x31, 'POP_MARK', (pickle) => void pickle.popToMark()],
  [0x32, 'DUP', (pickle) => pickle.push(pickle.top())],

  [0x5d, 'EMPTY_LIST', (pickle) => pickle.push({ kind: 'list', items: [] })],
  [0x6c, 'LIST', (pickle) => pickle.push({ kind: 'list', items: pickle.popToMark() })],
  [0x61, 'APPEND', (pickle) => append(pickle, 'list', [pickle.pop()])],
  [0x65, 'APPENDS', (pickle) => append(pickle, 'list', pickle.popToMark())],

  [0x29, 'EMPTY_TUPLE', (pickle) => pickle.push({ kind: 'tuple', items: [] })],
  [0x85, 'TUPLE1', (pickle) => pickle.push({ kind: 'tuple', items: pickle.popMany(1) })],
  [0x86, 'TUPLE2', (pickle) => pickle.push({ kind: 'tuple', items: pickle.popMany(2) })],
  [0x87, 'TUPLE3', (pickle) => pickle.push({ kind: 'tuple', items: pickle.popMany(3) })],
  [0x74, 'TUPLE', (pickle) => pickle.push({ kind: 'tuple', items: pickle.popToMark() })],

  [0x8f, 'EMPTY_SET', (pickle) => pickle.push({ kind: 'set', items: [] })],
  [0x90, 'ADDITEMS', (pickle) => append(pickle, 'set', pickle.popToMark())],
  [0x91, 'FROZENSET', (pickle) => pickle.push({ kind: 'set', items: pickle.popToMark() })],

  [0x7d, 'EMPTY_DICT', (pickle) => pickle.push(new Map())],
  [0x64, 'DICT', (pickle) => pickle.push(setItems(new Map(), pickle.popToMark()))],
  [0x73, 'SETITEM', (pickle) => setTopItems(pickle, pickle.popPair())],
  [0x75, 'SETITEMS', (pickle) => setTopItems(pickle, pickle.popToMark())],
]

/** Operations that would import and call Python code. Here they reach the allowed globals and nothing else. */
const OBJECT_OPERATIONS: readonly Operation[] = [
  [0x63, 'GLOBAL', (pickle) => pushGlobal(pickle, pickle.input.line(), pickle.input.line())],
  [0x93, 'STACK_GLOBAL', stackGlobal],
  [0x52, 'REDUCE', reduce],
  [0x81, 'NEWOBJ', (pickle) => newObject(pickle, pickle.popPair()[0])],
  [0x92, 'NEWOBJ_EX', (pickle) => newObject(pickle, at(pickle.popMany(3), 0))],
  [0x62, 'BUILD', build],
  [0x51, 'BINPERSID', persistentLoad],
]

/** Every operation that a checkpoint needs. */
export const OPERATIONS: readonly Operation[] = [
  ...LITERAL_OPERATIONS,
  ...CONTAINER_OPERATIONS,
  ...OBJECT_OPERATIONS,
]

function checkProtocol(protocol: number): void {
  if (protocol < 2 || protocol > 5) {
    throw invalidCheckpoint(`expected a pickle of protocol 2 to 5, got ${protocol}`)
  }
}

/** A little-endian two's complement integer of `length` bytes. */
function pushLong(pickle: PickleMachine, length: number): void {
  if (length > MAX_LONG_BYTES) {
    throw invalidCheckpoint(`expected an integer of at most ${MAX_LONG_BYTES} bytes, got ${length}`)
  }
  const bytes = pickle.input.take(length)
  const unsigned = bytes.reduceRight((number, byte) => (number << 8n) | BigInt(byte), 0n)
  const value = BigInt.asIntN(8 * length, unsigned)
  const asNumber = Number(value)
  pickle.push(Number.isSafeInteger(asNumber) ? asNumber : value)
}

function decimal(line: string): number {
  if (!/^\d{1,10}$/.test(line)) {
    throw invalidCheckpoint(`expected the number of a memo entry, got ${quote(line)}`)
  }
  return Number(line)
}

function append(pickle: PickleMachine, kind: PyList['kind'], values: readonly PyValue[]): void {
  const target = pickle.top()
  if (!isObject(target) || target.kind !== kind) {
    throw invalidCheckpoint(`expected a ${kind} to add items to, got ${typeName(target)}`)
  }
  for (const value of values) target.items.push(value)
}

function setTopItems(pickle: PickleMachine, keysAndValues: readonly PyValue[]): void {
  const target = pickle.top()
  if (!(target instanceof Map)) {
    throw invalidCheckpoint(`expected a dict to set items in, got ${typeName(target)}`)
  }
  setItems(target, keysAndValues)
}

/** `keysAndValues` alternate. */
function setItems(target: Dict, keysAndValues: readonly PyValue[]): Dict {
  if (keysAndValues.length % 2 !== 0)
    throw invalidCheckpoint('expected a value for the last dict key, got none')
  for (let i = 0; i < keysAndValues.length; i += 2)
    target.set(asKey(at(keysAndValues, i)), at(keysAndValues, i + 1))
  return target
}

function asKey(value: PyValue): Key {
  if (typeof value === 'object' && value !== null) {
    throw invalidCheckpoint(`expected a plain value as a dict key, got ${typeName(value)}`)
  }
  return value
}

function pushGlobal(pickle: PickleMachine, module: string, name: string): void {
  const fullName = `${module}.${name}`
  const allowed = pickle.options.globals.get(fullName)
  if (allowed === undefined) {
    // Escaped where it could be more than a name, as messages end up on terminals.
    const shown = /^[\w.]+$/.test(fullName) ? fullName : JSON.stringify(fullName)
    throw invalidCheckpoint(`expected an allowed global, got ${shown}`)
  }
  pickle.push(allowed)
}

function stackGlobal(pickle: PickleMachine): void {
  const [module, name] = pickle.popPair()
  if (typeof module !== 'string' || typeof name !== 'string') {
    throw invalidCheckpoint(
      `expected two str as the name of a global, got ${typeName(module)} and ${typeName(name)}`,
    )
  }
  const length = module.length + name.length
  if (length > MAX_LINE_BYTES) {
    throw invalidCheckpoint(
      `expected a global with a name of at most ${MAX_LINE_BYTES} characters, got ${length}`,
    )
  }
  pushGlobal(pickle, module, name)
}

function reduce(pickle: PickleMachine): void {
  const [callee, args] = pickle.popPair()
  if (!isGlobal(callee) || callee.call === undefined) {
    throw invalidCheckpoint(`expected a global that may be called, got ${nameOf(callee)}`)
  }
  if (!isTuple(args)) {
    throw invalidCheckpoint(`${callee.name}: expected a tuple of arguments, got ${typeName(args)}`)
  }
  pickle.push(callee.call(args.items))
}

/** Arguments of the constructor are dropped: what an inert instance was made from does not matter. */
function newObject(pickle: PickleMachine, of: PyValue): void {
  if (!isGlobal(of) || of.instantiable !== true) {
    throw invalidCheckpoint(`expected a class that may have instances, got ${nameOf(of)}`)
  }
  pickle.push({ kind: 'instance', className: of.name, state: null })
}

function build(pickle: PickleMachine): void {
  const state = pickle.pop()
  pickle.options.build(pickle.top(), state)
}

function persistentLoad(pickle: PickleMachine): void {
  const id = pickle.pop()
  if (!pickle.options.persistentLoad) {
    throw invalidCheckpoint('expected no persistent id, got one')
  }
  pickle.push(pickle.options.persistentLoad(id))
}

function nameOf(value: PyValue): string {
  return isGlobal(value) ? value.name : typeName(value)
}
