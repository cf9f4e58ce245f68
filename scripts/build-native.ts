import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import {
  addonPaths,
  compileAddon,
  describeAddon,
  fetchTensorflow,
  installSources,
  stripLibraries,
} from './native/addon.js'
import { checkPrerequisites } from './native/prerequisites.js'
import { print, runScript } from '../src/cli/run.js'

const USAGE = `npm run build-native -- [--gpu]

Builds the addon of @tensorflow/tfjs-node against the TensorFlow library that its Python package carries, with --gpu
against the one for CUDA. Needs python3 with pip and g++, and no downloads but from the registries of npm and pip.
It all goes into node_modules; "npm ci" takes it away again.`

/** Compiled scripts lie in dist/scripts, two folders below the root. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url))

await runScript(USAGE, async () => {
  const { gpu } = parseArgs({ options: { gpu: { type: 'boolean', default: false } } }).values
  await checkPrerequisites()
  const paths = addonPaths(ROOT)
  const work = await mkdtemp(path.join(os.tmpdir(), 'llimit-native-'))
  const headers = path.join(work, 'include')
  try {
    await timed('install @tensorflow/tfjs-node', () => installSources(ROOT))
    await timed(`fetch TensorFlow for the ${gpu ? 'GPU' : 'CPU'}`, () =>
      fetchTensorflow(paths, { gpu, work, headers }),
    )
    await timed('strip its libraries', () => stripLibraries(paths))
    await timed('compile the addon', () => compileAddon(paths, headers))
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  print(`${await describeAddon(paths)}: ${path.relative(ROOT, paths.addon)}`)
})

async function timed(step: string, work: () => Promise<void>): Promise<void> {
  const start = performance.now()
  await work()
  print(`${step}: ${((performance.now() - start) / 1000).toFixed(1)} s`)
}
