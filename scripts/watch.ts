import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

/**
 * `node dist/scripts/watch.js FILE [ARGUMENT ...]` compiles whatever changes and, after each compilation without errors,
 * ends the program FILE and starts it again. Runs until SIGINT or SIGTERM.
 */
const COMPILED = /Found (\d+) errors?\. Watching for file changes\./

const program = process.argv.slice(2)
if (program.length === 0) throw new Error('expected the file of a program to start, got no arguments')

const require = createRequire(import.meta.url)
const compiler = spawn(
  process.execPath,
  [require.resolve('typescript/bin/tsc'), '-p', 'tsconfig.json', '--watch', '--preserveWatchOutput'],
  { stdio: ['ignore', 'pipe', 'inherit'] },
)
let running: ChildProcess | undefined
let stopping = false
let restarts: Promise<void> = Promise.resolve()

createInterface({ input: compiler.stdout }).on('line', (line) => {
  process.stdout.write(`${line}\n`)
  if (COMPILED.exec(line)?.[1] === '0') restarts = restarts.then(restart)
})
compiler.on('exit', (status) => void stop(status ?? 1))
process.on('SIGINT', () => void stop(130))
process.on('SIGTERM', () => void stop(0))

async function restart(): Promise<void> {
  await end(running)
  if (stopping) return
  running = spawn(process.execPath, ['--enable-source-maps', ...program], { stdio: 'inherit' })
}

async function stop(status: number): Promise<void> {
  if (stopping) return
  stopping = true
  await Promise.all([end(compiler), end(running)])
  process.exit(status)
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (child?.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}
