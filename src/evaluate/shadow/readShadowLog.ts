import { linesIn } from '../../feedback/logFiles.js'
import { parseShadowLine } from '../../feedback/shadowLine.js'
import { ShadowTally } from './shadowTally.js'

interface ReadShadowLog {
  /** Two saved models each, the pair of the last line first. */
  pairs: ShadowTally[]
  /** Lines that a crash has cut off. */
  skipped: number
}

/** Adds up what a shadow has found, saved models by saved models. */
export async function readShadowLog(folder: string): Promise<ReadShadowLog> {
  const pairs = new Map<string, ShadowTally>()
  let current: ShadowTally | undefined
  let skipped = 0
  for await (const text of linesIn(folder)) {
    const line = parseShadowLine(text)
    if (line !== undefined && 'head' in line) {
      const { live, shadow } = line.head
      const key = `${live.sha256} ${shadow.sha256}`
      current = pairs.get(key) ?? new ShadowTally(line.head)
      pairs.set(key, current)
    } else if (line === undefined || current === undefined) skipped++
    else if ('prompt' in line) current.addPrompt(line.prompt)
    else if ('outcome' in line) current.addOutcome(line.outcome)
    else current.addLost(line.lost)
  }
  const seen = [...pairs.values()].filter(({ to }) => to > -Infinity)
  return { pairs: seen.sort((a, b) => b.to - a.to), skipped }
}
