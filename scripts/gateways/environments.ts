import { createHash } from 'node:crypto'
import { access, mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { runProgram } from './program.js'
import type { Ended } from './program.js'

/** Pinned, as the answers of other versions may differ. Each has its own place: they want other versions of each other. */
const PYTHON_PACKAGES = {
  litellm: ['litellm==1.110.2'],
  openai: ['openai==3.57.0'],
  'semantic-router': ['semantic-router==1.1.1'],
  'openapi-python-client': ['openapi-python-client==0.29.1', 'ruff'],
  schemathesis: ['schemathesis==4.32.5'],
}
const NODE_PACKAGES = { 'ai-sdk': ['@ai-sdk/typesafe-ai@3.0.0', 'ai@7.0.173'] }

type PythonName = keyof typeof PYTHON_PACKAGES
type NodeName = keyof typeof NODE_PACKAGES | 'client'

/** Where the packages of a client are installed; `plain`: nowhere, it needs none. */
export type EnvironmentName = PythonName | NodeName | 'plain-python' | 'plain-node'

/** Installed, or the reason why it cannot be. */
export type Prepared = { folder: string; bin: string } | { missing: string }

export interface Tools {
  /** Where environments are kept from run to run. */
  cache: string
  python: string
  node: string
  /** The folder of the typed client. */
  client: string
}

type Limited = Tools & { timeoutMs: number }

/**
 * Installs the packages of a client, unless that was done before.
 * @param timeoutMs milliseconds for each step of it
 */
export async function prepareEnvironment(
  name: EnvironmentName,
  given: Tools,
  timeoutMs: number,
): Promise<Prepared> {
  const tools = { ...given, timeoutMs }
  switch (name) {
    case 'plain-python':
      return found(tools.python, tools)
    case 'plain-node':
      return found(tools.node, tools)
    case 'client':
      // From the checkout, so never from the cache.
      return prepareNode(name, [tools.client], '20', { ...tools, cache: path.join(tools.cache, 'work') })
    case 'ai-sdk':
      return prepareNode(name, NODE_PACKAGES[name], '22', tools)
    default:
      return preparePython(name, PYTHON_PACKAGES[name], tools)
  }
}

async function found(bin: string, { cache, timeoutMs }: Limited): Promise<Prepared> {
  const { isOk, output } = await runProgram(bin, ['--version'], { cwd: cache, timeoutMs })
  return isOk ? { folder: cache, bin } : { missing: `${bin} does not run: ${reasonIn(output)}` }
}

async function preparePython(
  name: PythonName,
  packages: readonly string[],
  tools: Limited,
): Promise<Prepared> {
  const folder = folderOf(name, packages, tools)
  const bin = path.join(folder, 'bin/python')
  const { python, timeoutMs } = tools
  return once({ folder, bin }, [
    () => runProgram(python, ['-m', 'venv', folder], { cwd: tools.cache, timeoutMs }),
    () =>
      runProgram(bin, ['-m', 'pip', 'install', '--quiet', '--retries', '1', '--timeout', '15', ...packages], {
        cwd: folder,
        timeoutMs,
      }),
  ])
}

async function prepareNode(
  name: NodeName,
  packages: readonly string[],
  minMajor: string,
  tools: Limited,
): Promise<Prepared> {
  const { cache, node, timeoutMs } = tools
  const { isOk, output } = await runProgram(node, ['--version'], { cwd: cache, timeoutMs })
  const version = /^v(\d+)\.\S+$/.exec(output)
  if (!isOk || version === null) return { missing: `${node} does not run: ${reasonIn(output)}` }
  if (Number(version[1]) < Number(minMajor)) {
    return { missing: `expected Node ${minMajor} or newer (--node), got ${output}` }
  }
  const folder = folderOf(name, packages, tools)
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--install-links', '--fetch-retries=1']
  return once({ folder, bin: node }, [
    async () => {
      await writeFile(path.join(folder, 'package.json'), '{"private":true,"type":"module"}')
      return runProgram('npm', ['install', ...flags, '--fetch-timeout=15000', ...packages], {
        cwd: folder,
        timeoutMs,
      })
    },
  ])
}

/** Another set of packages gets another folder. */
function folderOf(name: string, packages: readonly string[], { cache }: Tools): string {
  const key = createHash('sha256').update(packages.join('\n')).digest('hex').slice(0, 8)
  return path.join(cache, `${name}-${key}`)
}

/** Takes the steps of an installation; one that was interrupted is begun again. */
async function once(
  prepared: { folder: string; bin: string },
  steps: readonly (() => Promise<Ended>)[],
): Promise<Prepared> {
  const { folder } = prepared
  const done = path.join(folder, '.installed')
  try {
    await access(done)
    return prepared
  } catch {
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })
  }
  for (const step of steps) {
    const { isOk, output } = await step()
    if (!isOk) return { missing: `cannot be installed: ${reasonIn(output)}` }
  }
  await writeFile(done, '')
  return prepared
}

/** npm begins with what is wrong, pip ends with it. */
function reasonIn(output: string): string {
  const lines = output.split('\n')
  return (lines.find((line) => line.startsWith('npm error')) ?? lines.at(-1) ?? output).trim()
}
