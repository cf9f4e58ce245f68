import { readFileSync } from 'node:fs'

/** Instructions that multiply in bfloat16; without them it is slower than float32, and on AVX2 oneDNN ends the process. */
const INSTRUCTIONS = ['avx512_bf16', 'amx_bf16']

/** @param cpuinfo text of /proc/cpuinfo */
export function hasBf16Instructions(cpuinfo: string): boolean {
  const flags = /^flags\s*:(.*)$/m.exec(cpuinfo)?.[1]?.split(/\s+/) ?? []
  return INSTRUCTIONS.some((instruction) => flags.includes(instruction))
}

/** Why this processor should not compute in bfloat16; undefined if it should. */
export function reasonAgainstBf16(readCpuinfo: () => string = readProcCpuinfo): string | undefined {
  let cpuinfo: string
  try {
    cpuinfo = readCpuinfo()
  } catch {
    return 'bf16 is not tried: the instructions of this processor cannot be read'
  }
  if (hasBf16Instructions(cpuinfo)) return undefined
  return `bf16 is not tried: expected ${INSTRUCTIONS.join(' or ')} among the instructions of this processor, got neither`
}

function readProcCpuinfo(): string {
  return readFileSync('/proc/cpuinfo', 'utf8')
}
