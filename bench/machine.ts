import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import os from 'node:os'

import { ROOT } from './paths.js'

/** Vector extensions that decide which kernels an engine takes. */
const EXTENSIONS = ['avx2', 'avx512f', 'avx512_vnni', 'avx512_bf16', 'amx_bf16', 'amx_int8']

/** What the numbers depend on, apart from the systems under test. */
export function describeMachine(): Record<string, string | number> {
  const [cpu] = os.cpus()
  return {
    processor: cpu?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    'vector extensions': EXTENSIONS.filter((name) => processorFlags().has(name)).join(' ') || 'none of note',
    memory: `${Math.round(os.totalmem() / 2 ** 30)} GiB`,
    system: `${os.type()} ${os.release()}`,
    'Node.js': process.version,
  }
}

function processorFlags(): Set<string> {
  try {
    return new Set(/^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.trim().split(' '))
  } catch {
    return new Set()
  }
}

/** The commit of a checkout, by default of this one, marked if the working tree differs from it. */
export function describeCommit(checkout = ROOT): string {
  try {
    const commit = execFileSync('git', ['describe', '--always', '--dirty'], {
      cwd: checkout,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return commit.trim().replace(/-dirty$/, ' with uncommitted changes')
  } catch {
    return 'unknown'
  }
}
