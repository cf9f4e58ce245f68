import { access, constants } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import type { Config } from '../config/config.js'
import { LLimitError, messageOf } from '../errors.js'
import { createLogger } from '../log.js'
import { makeFolder } from '../makeFolder.js'
import { openService } from '../wiring.js'
import type { Service } from '../wiring.js'
import type { Terminal } from './commandLine/terminal.js'

/** The service for a command; it is closed when the command ends. Its log has warnings only, as text on stderr. */
export async function openForCommand(config: Config, terminal: Terminal): Promise<Service> {
  const format = config.logFormat === 'auto' ? 'text' : config.logFormat
  const log = createLogger(terminal.quiet ? 'error' : 'warn', { format, stream: process.stderr })
  const service = await openService(config, log)
  terminal.defer(service.close)
  return service
}

/** The same configuration for a command that writes into another folder of saved models; its encoders count first. */
export function withSavedModels(config: Config, folder: string | undefined): Config {
  if (folder === undefined) return config
  return { ...config, savedModels: folder, encoderRoots: [folder, ...config.encoderRoots] }
}

/**
 * A folder for what can be computed again, made if it is not there. If the usual one cannot be written to, as in a container
 * of a user without a home, it is a temporary one.
 * @throws LLimitError INVALID_ARGUMENT if somebody chose the folder and it cannot be written to.
 */
export async function cacheFolder({ cacheDir }: Config, terminal: Terminal): Promise<string> {
  try {
    return await makeWritable(cacheDir.path)
  } catch (cause) {
    const problem = `cannot write to the cache folder ${cacheDir.path} (${messageOf(cause)})`
    if (cacheDir.isChosen) throw new LLimitError('INVALID_ARGUMENT', problem, { cause })
    const temporary = path.join(os.tmpdir(), 'llimit')
    terminal.note(`${problem}: using ${temporary}; choose another with --cache-dir`)
    return makeWritable(temporary)
  }
}

async function makeWritable(folder: string): Promise<string> {
  await makeFolder(folder)
  await access(folder, constants.W_OK)
  return folder
}
