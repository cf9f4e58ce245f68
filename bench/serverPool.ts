import { messageOf } from '../src/errors.js'
import { startServer } from './systems/server.js'
import type { RunningServer } from './systems/server.js'
import type { Candidate, SkippedSystem, SystemUnderTest } from './systems/systemUnderTest.js'

/** A system under test with its server. */
export interface PoolMember {
  system: SystemUnderTest
  server: RunningServer
}

/** The servers that take part, of which one at a time has the processor. */
export interface ServerPool {
  members: readonly PoolMember[]
  skipped: readonly SkippedSystem[]
  /**
   * Runs `work` while every other server stands still. A server that has ended is started again first.
   * @throws Error as `work` does, or with the reason if the server does not start.
   */
  runAlone(member: PoolMember, work: () => Promise<void>): Promise<void>
  close(): Promise<void>
}

/** Starts all systems, one after another. One that does not start is skipped. */
export async function startPool(
  candidates: readonly Candidate[],
  note: (line: string) => void,
): Promise<ServerPool> {
  const members: PoolMember[] = []
  const skipped: SkippedSystem[] = []
  for (const candidate of candidates) {
    if ('skipped' in candidate) {
      skipped.push(candidate)
      continue
    }
    note(`starting ${candidate.name}`)
    try {
      const server = await startServer(candidate)
      server.pause()
      members.push({ system: candidate, server })
    } catch (error) {
      skipped.push({ name: candidate.name, skipped: `does not start: ${messageOf(error)}` })
    }
  }
  return {
    members,
    skipped,
    runAlone: async (member, work) => {
      if (member.server.ended() !== undefined) member.server = await startServer(member.system)
      member.server.resume()
      try {
        await work()
      } finally {
        member.server.pause()
      }
    },
    close: async () => {
      await Promise.all(members.map(({ server }) => server.stop()))
    },
  }
}
