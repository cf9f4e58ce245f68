import { readFileSync } from 'node:fs'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { build } from 'esbuild'
import type { Plugin } from 'esbuild'

/** Packages that a server loads before its first answer; the others, loaded when they are needed, stay where npm has put them. */
const BUNDLED = ['cors', 'express', 'helmet', 'lru-cache', 'prom-client', 'winston', 'zod']

/** A package of CommonJS asks for Node's own modules by `require`, which a module has to make. */
const REQUIRE = `import { createRequire as createRequireOfBundle } from 'node:module'
const require = createRequireOfBundle(import.meta.url)`

/**
 * Makes few files of the many that a server loads: to find, read and compile 500 takes a third of the time to its first answer.
 * @param root of the checkout, whose modules are compiled
 * @param folder of the bundle, in `dist`; what is there is removed
 * @returns the files that went into it, relative to `root`
 */
export async function bundleServer(root: string, folder: string): Promise<string[]> {
  await rm(folder, { recursive: true, force: true })
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [path.join(root, 'dist/src/cli/program.js')],
    outdir: folder,
    chunkNames: '[name]-[hash]',
    bundle: true,
    // What is imported when it is used stays a file of its own.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    banner: { js: REQUIRE },
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    logLevel: 'warning',
    external: (await dependencies(root))
      .filter((name) => !BUNDLED.includes(name))
      .flatMap((name) => [name, `${name}/*`]),
    plugins: [ownPlaces(root, folder)],
  })
  const files = Object.keys(metafile.inputs)
  await writeFile(path.join(folder, 'LICENSES.txt'), await licensesOf(root, files))
  return files
}

/** Those of package.json, optional peers too. */
async function dependencies(root: string): Promise<string[]> {
  const { dependencies, peerDependencies } = JSON.parse(
    await readFile(path.join(root, 'package.json'), 'utf8'),
  ) as Record<'dependencies' | 'peerDependencies', object>
  return [...Object.keys(dependencies), ...Object.keys(peerDependencies)]
}

/** What is found by the place of a module is found from the bundle as well. */
function ownPlaces(root: string, folder: string): Plugin {
  const fromBundle = (file: string) => path.posix.relative(folder, file)
  return {
    name: 'own places',
    setup: (builder) => {
      // Threads, pages and settings name files from their own.
      builder.onLoad({ filter: /\.js$/ }, ({ path: file }) => {
        if (!file.startsWith(path.join(root, 'dist'))) return undefined
        const own = `new URL(${JSON.stringify(fromBundle(file))}, import.meta.url).href`
        return {
          contents: readFileSync(file, 'utf8')
            .replaceAll('import.meta.url', own)
            // The form from which it takes what is used alone: without the messages in 50 languages.
            .replace("import { z } from 'zod'", "import * as z from 'zod'"),
        }
      })
      // The other commands have modules of their own.
      builder.onResolve({ filter: /^\.\/.*\.js$/ }, ({ kind, path: name, importer, resolveDir }) => {
        const isOther =
          kind === 'dynamic-import' && name !== './serve.js' && path.basename(importer) === 'program.js'
        return isOther ? { path: fromBundle(path.join(resolveDir, name)), external: true } : undefined
      })
      // Tables of packages, most of which are never asked for.
      builder.onResolve({ filter: /^\..*\.json$/ }, ({ path: name, resolveDir }) => ({
        path: fromBundle(path.join(resolveDir, name)),
        external: true,
      }))
    },
  }
}

/** The licenses of all packages in a bundle, one after another. */
async function licensesOf(root: string, files: readonly string[]): Promise<string> {
  const found = files.map((file) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0])
  const packages = [...new Set(found.filter((name) => name !== undefined))].sort()
  const texts = packages.map(async (name) => {
    const own = (await readdir(path.join(root, name))).filter((file) => /^(?:licen[cs]e|notice)/i.test(file))
    const { license } = JSON.parse(await readFile(path.join(root, name, 'package.json'), 'utf8')) as {
      license?: string
    }
    const bodies = own.map((file) => readFile(path.join(root, name, file), 'utf8'))
    return [`${name.slice('node_modules/'.length)} (${license})`, ...(await Promise.all(bodies))].join('\n\n')
  })
  return (await Promise.all(texts)).join(`\n\n${'-'.repeat(80)}\n\n`)
}
