#!/usr/bin/env node
import { newestProgram } from './newestProgram.js'
import { nameSourceLines } from './sourceLines.js'

// First of all: stack traces name lines of TypeScript for modules that are loaded later only. A server reads the maps when something
// fails: to read them takes a tenth of the time to its first answer.
const isServer = process.argv[2] === 'serve'
if (isServer) nameSourceLines()
else process.setSourceMapsEnabled(true)
try {
  await import(isServer ? newestProgram(new URL('../..', import.meta.url)).href : './program.js')
} catch (error) {
  const limit = limitOfFiles(error)
  if (limit === undefined) throw error
  process.stderr.write(`error: ${limit}\n`)
  process.exitCode = 1
}

/**
 * What to do where a module could not be opened, as the process or the machine has too many open files. It imports nothing: that
 * could fail in the same way.
 */
function limitOfFiles(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EMFILE')
    return 'too many open files for this process to start; raise its limit (ulimit -n 1024)'
  if (code === 'ENFILE') return 'too many open files on this machine to start; raise fs.file-max'
  return undefined
}
