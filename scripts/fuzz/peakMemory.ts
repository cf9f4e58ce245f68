import { readFileSync } from 'node:fs'
import process from 'node:process'

const KIBIBYTE = 1024

/**
 * Most memory that this process has had so far, in bytes. On Linux `resourceUsage` begins with what the process had that started
 * this one, at that moment (getrusage(2), `ru_maxrss`); `VmHWM` of proc(5) does not.
 */
export function peakMemory(): number {
  const own = /^VmHWM:\s+(\d+) kB$/m.exec(statusOfLinux())?.[1]
  return (own === undefined ? process.resourceUsage().maxRSS : Number(own)) * KIBIBYTE
}

/** Empty on another system. */
function statusOfLinux(): string {
  try {
    return readFileSync('/proc/self/status', 'utf8')
  } catch {
    return ''
  }
}
