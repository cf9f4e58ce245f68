import { messageOf } from '../src/errors.js'
import type { Absent, Contender } from './contenders/contender.js'
import { startServer } from './contenders/server.js'
import type { RunningServer } from './contenders/server.js'

/** A contender with its server. */
export interface Entry {
  contender: Contender
  server: RunningServer
}

/** The servers that take part, of which one at a time has the processor. */
export interface Field {
  entries: readonly Entry[]
  absent: readonly Absent[]
  /**
   * Runs `work` while every other server stands still. A server that has ended is started again first.
   * @throws Error what `work` throws, or why the server does not start
   */
  turn(entry: Entry, work: () => Promise<void>): Promise<void>
  close(): Promise<void>
}

/** Starts all contenders, one after another. One that does not start is absent, with the reason. */
export async function startField(
  candidates: readonly (Contender | Absent)[],
  note: (line: string) => void,
): Promise<Field> {
  const entries: Entry[] = []
  const absent: Absent[] = []
  for (const candidate of candidates) {
    if ('absent' in candidate) {
      absent.push(candidate)
      continue
    }
    note(`starting ${candidate.name}`)
    try {
      const server = await startServer(candidate)
      server.pause()
      entries.push({ contender: candidate, server })
    } catch (error) {
      absent.push({ name: candidate.name, absent: `does not start: ${messageOf(error)}` })
    }
  }
  return {
    entries,
    absent,
    turn: async (entry, work) => {
      if (entry.server.ended() !== undefined) entry.server = await startServer(entry.contender)
      entry.server.resume()
      try {
        await work()
      } finally {
        entry.server.pause()
      }
    },
    close: async () => {
      await Promise.all(entries.map(({ server }) => server.stop()))
    },
  }
}
