import { invalidCheckpoint } from '../invalidCheckpoint.js'
import { MAX_LINE_BYTES } from './limits.js'
import type { Operation } from './operation.js'
import type { PickleMachine } from './pickleMachine.js'
import { isGlobal, isTuple, kindOf } from './values.js'
import type { PyValue } from './values.js'

/** Operations that would import and call Python code. Here they reach the allow-list and nothing else. */
export const OBJECT_OPERATIONS: readonly Operation[] = [
  [0x63, 'GLOBAL', (pickle) => pushGlobal(pickle, pickle.input.line(), pickle.input.line())],
  [0x93, 'STACK_GLOBAL', stackGlobal],
  [0x52, 'REDUCE', reduce],
  [0x81, 'NEWOBJ', (pickle) => newObject(pickle, pickle.popMany(2)[0])],
  [0x92, 'NEWOBJ_EX', (pickle) => newObject(pickle, pickle.popMany(3)[0])],
  [0x62, 'BUILD', build],
  [0x51, 'BINPERSID', persistentLoad],
]

function pushGlobal(pickle: PickleMachine, module: string, name: string): void {
  const fullName = `${module}.${name}`
  const known = pickle.options.globals.get(fullName)
  if (!known) {
    // Escaped where it could be more than a name, as messages end up on terminals.
    const shown = /^[\w.]+$/.test(fullName) ? fullName : JSON.stringify(fullName)
    throw invalidCheckpoint(`the checkpoint asks for ${shown}, which is not on the list of known globals`)
  }
  pickle.push(known)
}

function stackGlobal(pickle: PickleMachine): void {
  const [module, name] = pickle.popMany(2)
  if (typeof module !== 'string' || typeof name !== 'string') {
    throw invalidCheckpoint('the name of a global is not a str')
  }
  if (module.length + name.length > MAX_LINE_BYTES) {
    throw invalidCheckpoint(`the name of a global is longer than ${MAX_LINE_BYTES}`)
  }
  pushGlobal(pickle, module, name)
}

function reduce(pickle: PickleMachine): void {
  const [callee = null, args = null] = pickle.popMany(2)
  if (!isGlobal(callee)) throw invalidCheckpoint(`a ${kindOf(callee)} is called`)
  if (!callee.call) throw invalidCheckpoint(`${callee.name} is called`)
  if (!isTuple(args)) {
    throw invalidCheckpoint(`${callee.name} is called with a ${kindOf(args)} instead of a tuple`)
  }
  pickle.push(callee.call(args.items))
}

/** Arguments of the constructor are dropped: what an inert instance was made from does not matter. */
function newObject(pickle: PickleMachine, of: PyValue | undefined): void {
  if (!isGlobal(of)) throw invalidCheckpoint(`an instance of a ${kindOf(of ?? null)} is made`)
  if (!of.instantiable) throw invalidCheckpoint(`an instance of ${of.name} is made`)
  pickle.push({ kind: 'instance', className: of.name, state: null })
}

function build(pickle: PickleMachine): void {
  const state = pickle.pop()
  pickle.options.build(pickle.top(), state)
}

function persistentLoad(pickle: PickleMachine): void {
  const id = pickle.pop()
  if (!pickle.options.persistentLoad) {
    throw invalidCheckpoint('a persistent id stands where none can be resolved')
  }
  pickle.push(pickle.options.persistentLoad(id))
}
