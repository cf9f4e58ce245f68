/** What the processes of one server can be asked together. */
export type Question = 'metrics' | 'problems'

/** From one process to the first, from there to all, and back the same way. */
export type ProcessMessage =
  | { llimit: 'ask'; id: number; question: Question }
  | { llimit: 'question'; id: number; question: Question }
  | { llimit: 'answer'; id: number; value: unknown }
  | { llimit: 'result'; id: number; value: unknown }

export function isProcessMessage(message: unknown): message is ProcessMessage {
  return typeof message === 'object' && message !== null && 'llimit' in message
}
