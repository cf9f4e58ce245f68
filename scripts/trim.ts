import { readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'

/**
 * `node dist/scripts/trim.js [FOLDER]` removes from FOLDER (node_modules of the current folder) what this machine cannot
 * use: ONNX Runtime for other systems and processors, which npm cannot leave out, since all are in one package, and
 * source maps. `npm ci` brings everything back.
 */
const folder = process.argv[2] ?? 'node_modules'
const binaries = path.join('onnxruntime-node', 'bin')
const ours = path.join(process.platform, process.arch)

let freed = 0
for (const file of await readdir(folder, { recursive: true })) {
  if (!isOfAnotherMachine(file) && !file.endsWith('.map')) continue
  const target = path.join(folder, file)
  const entry = await stat(target)
  if (!entry.isFile()) continue
  await rm(target)
  freed += entry.size
}
process.stdout.write(`removed ${Math.round(freed / 2 ** 20)} MB from ${folder}\n`)

/** onnxruntime-node/bin/<Node-API version>/<platform>/<architecture>/... */
function isOfAnotherMachine(file: string): boolean {
  if (!file.startsWith(binaries + path.sep)) return false
  const [, platform, architecture] = path.relative(binaries, file).split(path.sep)
  return architecture !== undefined && path.join(String(platform), architecture) !== ours
}
