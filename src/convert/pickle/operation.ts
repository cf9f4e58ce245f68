import type { PickleMachine } from './pickleMachine.js'

/** One operation of the pickle format: its byte, its name in Python's pickletools, what it does. */
export type Operation = readonly [code: number, name: string, run: (pickle: PickleMachine) => void]
