import { invalidCheckpoint } from '../invalidCheckpoint.js'
import type { Operation } from './operation.js'
import type { PickleMachine } from './pickleMachine.js'
import { hasKind, kindOf } from './values.js'
import type { Dict, Key, PyList, PyValue } from './values.js'

/** Operations that move marks and values on the stack, or build and fill lists, tuples, sets and dicts. */
export const CONTAINER_OPERATIONS: readonly Operation[] = [
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
  [0x73, 'SETITEM', (pickle) => setTopItems(pickle, pickle.popMany(2))],
  [0x75, 'SETITEMS', (pickle) => setTopItems(pickle, pickle.popToMark())],
]

function append(pickle: PickleMachine, kind: PyList['kind'], values: readonly PyValue[]): void {
  const target = pickle.top()
  if (!hasKind(target) || target.kind !== kind) {
    throw invalidCheckpoint(`items are added to a ${kindOf(target)} instead of a ${kind}`)
  }
  for (const value of values) target.items.push(value)
}

function setTopItems(pickle: PickleMachine, keysAndValues: readonly PyValue[]): void {
  const target = pickle.top()
  if (!(target instanceof Map)) {
    throw invalidCheckpoint(`items are set in a ${kindOf(target)} instead of a dict`)
  }
  setItems(target, keysAndValues)
}

/** `keysAndValues` alternate. */
function setItems(target: Dict, keysAndValues: readonly PyValue[]): Dict {
  for (let i = 0; i < keysAndValues.length; i += 2) {
    const value = keysAndValues[i + 1]
    if (value === undefined) throw invalidCheckpoint('a dict key has no value')
    target.set(asKey(keysAndValues[i]), value)
  }
  return target
}

function asKey(value: PyValue | undefined): Key {
  if (value === undefined || (typeof value === 'object' && value !== null)) {
    throw invalidCheckpoint(`a ${kindOf(value ?? null)} as a dict key is not supported`)
  }
  return value
}
