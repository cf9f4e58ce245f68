import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { z } from 'zod'

import {
  addonPaths,
  compileAddon,
  describeAddon,
  fetchTensorflow,
  installSources,
  stripLibraries,
} from './native/addon.js'
import { checkPrerequisites } from './native/prerequisites.js'
import { defineCommand } from '../src/cli/commandLine/command.js'
import { flag } from '../src/cli/commandLine/flags.js'
import { runCommand } from '../src/cli/commandLine/run.js'

/** Compiled scripts lie in dist/scripts, two folders below the root. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const command = defineCommand({
  description:
    'Builds the addon of @tensorflow/tfjs-node against the TensorFlow library that its Python package carries. Needs python3 ' +
    'with pip and g++, and no downloads but from the registries of npm and pip. It all goes into node_modules; "npm ci" ' +
    'takes it away again.',
  examples: ['npm run build-native', 'npm run build-native -- --gpu'],
  flags: z.object({
    gpu: flag(z.boolean().default(false), '', 'for an NVIDIA GPU, and for the CPU if there is none'),
  }),
  run: async ({ gpu }, terminal) => {
    await checkPrerequisites()
    const paths = addonPaths(ROOT)
    const work = await mkdtemp(path.join(os.tmpdir(), 'llimit-native-'))
    terminal.defer(() => rm(work, { recursive: true, force: true }))
    const headers = path.join(work, 'include')
    const timed = async (step: string, run: () => Promise<void>) => {
      const start = performance.now()
      await run()
      terminal.note(`${step}: ${((performance.now() - start) / 1000).toFixed(1)} s`)
    }
    await timed('install @tensorflow/tfjs-node', () => installSources(ROOT))
    await timed(`fetch TensorFlow for the ${gpu ? 'GPU' : 'CPU'}`, () =>
      fetchTensorflow(paths, { gpu, work, headers }),
    )
    await timed('strip its libraries', () => stripLibraries(paths))
    await timed('compile the addon', () => compileAddon(paths, headers))
    const [addon, description] = [path.relative(ROOT, paths.addon), await describeAddon(paths)]
    terminal.print(`${description}: ${addon}`)
    return { addon, description }
  },
})

await runCommand(command, 'npm run build-native --', process.argv.slice(2))
