// What every npm script calls: builds what is out of date, then runs a file of dist as if the user had called it.
//   node scripts/run.mjs [<file of dist> <arguments>...]
// It runs on the installed Node alone, so it is no TypeScript. Whoever has no sources or no compiler, as in an image, has
// a dist that is complete.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { clearInterval, setInterval } from 'node:timers'
import { fileURLToPath, pathToFileURL, URL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = path.join(root, 'dist')
const sources = ['src', 'scripts', 'bench', 'test', 'client', 'examples']
/** Code for browsers, with what it is served with; it is compiled by itself, since a browser has other globals. */
const page = 'src/playground'
const servedPage = path.join(dist, 'playground')
/** Its time is that of the sources that the last build has seen. */
const stamp = path.join(dist, '.built')
/** How often a program looks whether npm, which started it, is still there. */
const PARENT_MS = 500

async function build() {
  const compiler = path.join(root, 'node_modules/typescript/bin/tsc')
  if (!existsSync(path.join(root, 'src')) || !existsSync(compiler)) return
  const newest = Math.max(...['tsconfig.json', ...sources].map(newestIn))
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= newest) return
  // It takes a quarter of a minute the first time.
  if (process.stderr.isTTY) process.stderr.write('Compiling what has changed\n')
  // An image is built in steps, the first of which has no page.
  const hasPage = existsSync(path.join(root, page))
  for (const project of hasPage ? ['.', page] : ['.']) {
    const { status } = spawnSync(process.execPath, [compiler, '-p', project], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    })
    if (status !== 0) process.exit(status ?? 1)
  }
  for (const folder of sources) removeOrphans(path.join(dist, folder), path.join(root, folder))
  removeOrphans(servedPage, path.join(root, page))
  for (const file of hasPage ? ['page.html', 'page.css'] : [])
    cpSync(path.join(root, page, file), path.join(servedPage, file))
  await bundle()
  writeFileSync(stamp, '')
  utimesSync(stamp, newest / 1000, newest / 1000)
}

/** The server starts from it; without the bundler, or in the first step of an image, it starts from its modules, which takes longer. */
async function bundle() {
  const bundler = path.join(root, 'node_modules/esbuild')
  if (!existsSync(bundler) || !existsSync(path.join(root, 'src/cli/program.ts'))) return
  const { bundleServer } = await import(pathToFileURL(path.join(dist, 'scripts/bundle.js')).href)
  await bundleServer(root, path.join(dist, 'server'))
}

/** Milliseconds; the time of a folder is that of the last file that came or went. */
function newestIn(name) {
  const file = path.join(root, name)
  const stats = statSync(file, { throwIfNoEntry: false })
  if (stats === undefined) return 0
  if (!stats.isDirectory()) return stats.mtimeMs
  return Math.max(stats.mtimeMs, ...readdirSync(file).map((inner) => newestIn(path.join(name, inner))))
}

/** Removes what was compiled from sources that are gone: mocha would run it. */
function removeOrphans(compiled, source) {
  if (!existsSync(compiled)) return
  for (const { name } of readdirSync(compiled, { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  ))
    removeOrphans(path.join(compiled, name), path.join(source, name))
  for (const name of readdirSync(compiled)) {
    const from = path.join(source, name.replace(/\.js(\.map)?$/, '.ts'))
    if (from.endsWith('.ts') && !existsSync(from)) rmSync(path.join(compiled, name))
  }
}

/** Stands where the user stands, and ends with npm or npx, if one of them has started this. */
function actAsIfCalledDirectly() {
  // The variables are inherited: a program that a script of npm starts was not started by npm.
  const { npm_lifecycle_event: event, npm_lifecycle_script: script = '', INIT_CWD: folder } = process.env
  const isFromNpm = script.startsWith(`node scripts/run.mjs ${file}`) && process.cwd() === path.resolve(root)
  // npm starts scripts in the folder of package.json; npx stays where it was called.
  if (isFromNpm && folder !== undefined) process.chdir(folder)
  if (isFromNpm || event === 'npx') endWithNpm()
}

/** Both pass SIGTERM on to a shell, which ends without passing it on. */
function endWithNpm() {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, PARENT_MS)
  timer.unref()
  // A second signal would end at once what the first one ends in order.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => clearInterval(timer))
}

await build()
const [file, ...args] = process.argv.slice(2)
if (file !== undefined) {
  const program = path.join(dist, file)
  if (!existsSync(program)) {
    process.stderr.write(`error: ${program} is not built; the compiler comes with "npm ci"\n`)
    process.exit(1)
  }
  actAsIfCalledDirectly()
  process.argv = [process.execPath, program, ...args]
  await import(pathToFileURL(program).href)
}
