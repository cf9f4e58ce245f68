import type { AddressInfo } from 'node:net'

/** What the processes of one server can be asked together. */
export type Question = 'metrics' | 'problems'

/** From one process to the first, from there to all, and back the same way. */
type QuestionMessage =
  | { llimit: 'ask'; id: number; question: Question }
  | { llimit: 'question'; id: number; question: Question }
  | { llimit: 'answer'; id: number; value: unknown }
  | { llimit: 'result'; id: number; value: unknown }

/** Between the first process, which holds the port, and one that serves connections. */
type PortMessage =
  /** To the first: a process is there to take connections; it is told the address. */
  | { llimit: 'join' }
  | { llimit: 'address'; address: AddressInfo }
  /** With a socket; the process says when it has it. */
  | { llimit: 'connection' }
  | { llimit: 'taken' }
  /** A connection did not arrive: the process is to say that it has taken all that did. */
  | { llimit: 'lost' }
  /** To the first: a process wants no more connections; it is told when the last has been sent. */
  | { llimit: 'leave' }
  | { llimit: 'left' }

export type ProcessMessage = QuestionMessage | PortMessage

export function isProcessMessage(message: unknown): message is ProcessMessage {
  return typeof message === 'object' && message !== null && 'llimit' in message
}
