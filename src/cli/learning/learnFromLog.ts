import type { Config } from '../../config/config.js'
import { stackRows } from '../../numeric/matrix.js'
import { readCheckedFiles } from '../../scorer/files.js'
import { startBackend } from '../../tensor/backend.js'
import { learnLevels } from '../../train/learn/learnLevels.js'
import { readReports } from '../../train/learn/readReports.js'
import type { Terminal } from '../commandLine/terminal.js'
import { openForCommand } from '../openForCommand.js'
import { skippedLine } from './report.js'

interface LearnFromLog {
  /** As requests name it, without a version. */
  model: string
  /** The folder. */
  log: string
  config: Config
}

/** What the log of reported outcomes says of a saved model; nothing is written. Says how many outcomes were read. */
export async function learnFromLog({ model, log, config }: LearnFromLog, terminal: Terminal) {
  const { registry, encoders, selection } = await openForCommand(config, terminal)
  const { card, directory } = await registry.find(model)
  const encoder = await encoders.forCard(card)
  const { reports, skipped } = await readReports(log, card, encoder.identity)
  terminal.print(skippedLine(reports.length, skipped))
  const ofReference = await encoder.embed(card.reference.prompts)
  const vectors = ofReference.map(({ vector }) => vector)
  const reference = stackRows(vectors, card.encoder.dimension)
  await startBackend(['wasm', 'cpu'])
  const files = await readCheckedFiles({ directory, files: card.files })
  const learned = await learnLevels({ model, card, files, reports, reference })
  return { registry, selection, card, directory, reports, skipped, learned }
}
