import { mkdir, readFile, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'

import { z } from 'zod'

import { run } from './command.js'
import { downloadWheels, requirementsOf, unpackWheel } from './wheels.js'

/** The version whose C API and SavedModels this project was tested with. */
const TENSORFLOW_VERSION = '2.21.0'

/** All that the addon includes: the C API and the headers that it includes. */
const HEADERS =
  /^tensorflow\/include\/((tensorflow\/c|xla\/tsl\/c)\/|(tensorflow\/core|tsl)\/platform\/ctstring).*\.h$/
const LIBRARIES = /^tensorflow\/(libtensorflow_(?:cc|framework)\.so\.2)$/

const manifestSchema = z.object({ peerDependencies: z.object({ '@tensorflow/tfjs-node': z.string() }) })
const apiHeadersSchema = z.object({ include_dir: z.string() })

/** Where the parts of the addon lie inside the package @tensorflow/tfjs-node, which looks for them there. */
export interface AddonPaths {
  /** The package itself. */
  package: string
  /** TensorFlow's shared libraries. */
  libraries: string
  /** CUDA's, where TensorFlow's libraries look for them: next to their own folder. */
  cuda: string
  /** The addon, which finds `libraries` from where it lies. */
  addon: string
  /** What this project compiles into the addon besides the package's own sources. */
  settings: string
}

export function addonPaths(root: string): AddonPaths {
  const folder = path.join(root, 'node_modules/@tensorflow/tfjs-node')
  return {
    package: folder,
    libraries: path.join(folder, 'deps/lib'),
    cuda: path.join(folder, 'deps/nvidia'),
    addon: path.join(folder, 'lib/napi-v8/tfjs_binding.node'),
    settings: path.join(root, 'scripts/native/settings.cc'),
  }
}

/**
 * Installs the JavaScript and the C++ sources of @tensorflow/tfjs-node in the version that package.json names, without
 * running its install script, which would download a prebuilt addon.
 */
export async function installSources(root: string): Promise<void> {
  const manifest = manifestSchema.parse(JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')))
  const name = '@tensorflow/tfjs-node'
  // npm 11 installs a package that is an optional peer only if it is told another kind.
  const flags = ['--save-optional', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund']
  await run('npm', ['install', ...flags, `${name}@${manifest.peerDependencies[name]}`], root)
}

/** Puts TensorFlow's libraries into the package and its headers into `headers`. */
export async function fetchTensorflow(
  { libraries, cuda }: AddonPaths,
  { gpu, work, headers }: { gpu: boolean; work: string; headers: string },
): Promise<void> {
  await rm(path.dirname(libraries), { recursive: true, force: true })
  const name = gpu ? 'tensorflow' : 'tensorflow-cpu'
  for (const wheel of await downloadWheels(
    [`${name}==${TENSORFLOW_VERSION}`],
    path.join(work, 'tensorflow'),
  )) {
    await unpackWheel(wheel, (file) => {
      const library = LIBRARIES.exec(file)?.[1]
      if (library !== undefined) return path.join(libraries, library)
      return HEADERS.test(file) ? path.join(headers, path.relative('tensorflow/include', file)) : undefined
    })
    if (gpu) await fetchCuda(await requirementsOf(wheel, 'and-cuda'), cuda, path.join(work, 'cuda'))
  }
  await symlink('libtensorflow_cc.so.2', path.join(libraries, 'libtensorflow.so'))
  await symlink('libtensorflow_framework.so.2', path.join(libraries, 'libtensorflow_framework.so'))
}

/** Where a file of one of CUDA's wheels goes, below `AddonPaths.cuda`; undefined for all but the libraries in nvidia/<part>/lib. */
export function cudaLibraryPath(file: string): string | undefined {
  const [, part, name] = /^nvidia\/(\w+)\/lib\/([^/]+\.so[.\d]*)$/.exec(file) ?? []
  if (part === undefined || name === undefined) return undefined
  // libtensorflow_framework looks for cuSOLVER but not in a folder of that name, and takes no GPU without it. From the
  // folder of cuSPARSE it finds what it needs itself as well.
  return path.join(part === 'cusolver' ? 'cusparse' : part, 'lib', name)
}

async function fetchCuda(requirements: readonly string[], cuda: string, work: string): Promise<void> {
  for (const wheel of await downloadWheels(requirements, work)) {
    await unpackWheel(wheel, (file) => {
      const library = cudaLibraryPath(file)
      return library === undefined ? undefined : path.join(cuda, library)
    })
    await rm(wheel)
  }
}

/** Drops the tables of local symbols, a quarter of the libraries, which only debuggers read. */
export async function stripLibraries({ libraries }: AddonPaths): Promise<void> {
  for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'])
    await run('strip', ['--strip-unneeded', path.join(libraries, name)])
}

export async function compileAddon(paths: AddonPaths, headers: string): Promise<void> {
  const apiHeaders = apiHeadersSchema.parse(createRequire(import.meta.url)('node-api-headers')).include_dir
  await mkdir(path.dirname(paths.addon), { recursive: true })
  await run('g++', [
    ...['-O2', '-std=c++17', '-fPIC', '-shared', '-DNAPI_VERSION=8'],
    ...['-I', headers, '-I', apiHeaders],
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => path.join(paths.package, 'binding', file)),
    paths.settings,
    ...['-L', paths.libraries, '-ltensorflow', '-ltensorflow_framework'],
    ...['-Wl,-rpath,$ORIGIN/../../deps/lib', '-o', paths.addon],
  ])
}

/** Loads the addon in a process of its own. */
export async function describeAddon({ addon }: AddonPaths): Promise<string> {
  const script = `const addon = require(${JSON.stringify(addon)})
    console.log('TensorFlow ' + addon.TF_Version + (addon.isUsingGpuDevice() ? ' on the GPU' : ' on the CPU'))`
  return run(process.execPath, ['-e', script])
}
