import { readFileSync } from 'node:fs'

/** Of a clock tick, as Linux tells times of processes. */
const TICK_MS = 10

/** Milliseconds for which processors have worked for a process; undefined where the system does not tell it so. */
export function processorMs(pid: number | undefined): number | undefined {
  if (pid === undefined) return undefined
  try {
    // The name of the program, in parentheses, may hold spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/s, '').trim().split(' ')
    const [user, system] = [fields[11], fields[12]]
    return user === undefined || system === undefined ? undefined : (Number(user) + Number(system)) * TICK_MS
  } catch {
    return undefined
  }
}
