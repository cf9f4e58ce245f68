import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'

import { expect } from 'chai'

import { importsOf, textOf } from './imports.js'
import type { Import } from './imports.js'
import { repositoryRoot } from './repository.js'

/** Modules (folders, or files that stand alone) from the lowest layer up; docs/architecture.md has the same table. */
const LAYERS = [
  ['src/errors.ts', 'src/engines.ts', 'src/makeFolder.ts', 'src/playground'],
  ['src/validation.ts'],
  ['src/card.ts', 'src/config', 'src/jsonFile.ts', 'src/lines', 'src/numeric'],
  [
    'src/tokenizer',
    'src/features',
    'src/tensor',
    'src/calibration',
    'src/savedModel',
    'src/catalogue',
    'src/outcomes',
    'src/failures',
    'src/thread',
    'src/charts',
    'src/report',
    'src/feedback',
    'src/telemetry',
    'src/log.ts',
  ],
  ['src/encoder', 'src/scorer', 'src/batch', 'src/metrics', 'src/decision', 'src/lengths'],
  ['src/embedding'],
  ['src/registry', 'src/convert', 'src/train', 'src/evaluate', 'src/distill'],
  ['src/selection', 'src/experiments'],
  ['src/http', 'src/offline', 'src/collect'],
  ['src/wiring.ts'],
  ['src/cli'],
  ['bench', 'scripts'],
]

/** What a server loads, by its topmost modules. */
const SERVER = [
  'src/cli/serve.ts',
  'src/cli/serveRequests.ts',
  'src/wiring.ts',
  'src/http/app.ts',
  'src/http/server.ts',
]
const NOT_FOR_SERVING = [
  'train',
  'evaluate',
  'experiments',
  'convert',
  'distill',
  'collect',
  'outcomes',
  'metrics',
]
const isTensorPackage = ({ target }: Import) => /^(@tensorflow\/|onnxruntime)/.test(target)

describe('layers', () => {
  const files = ['src', 'bench', 'scripts'].flatMap((root) =>
    readdirSync(path.join(repositoryRoot, root), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => path.join(root, file)),
  )
  const imports = new Map(files.map((file) => [file, importsOf(file)]))

  it('finds the sources, and has no module that is not there', () => {
    expect(files.length).to.be.greaterThan(200)
    for (const module of LAYERS.flat())
      expect(existsSync(path.join(repositoryRoot, module)), module).to.equal(true)
  })

  for (const file of files) {
    it(`${file} imports from its own module and from layers below`, () => {
      for (const { target } of importsIn(file)) {
        if (moduleOf(target) === moduleOf(file)) continue
        const rise = `${moduleOf(file)} (layer ${layerOf(file)}) imports ${target} (layer ${layerOf(target)})`
        // Type-only imports upward would tie the modules just as much, so they count.
        expect(layerOf(target), rise).to.be.lessThan(layerOf(file))
      }
    })
  }

  it('has no cycle, also inside a module', () => {
    for (const file of files) expect(cycleThrough(file), 'cycle').to.deep.equal([])
  })

  it('serves without what trains, evaluates and converts', () => {
    const served = reachable(SERVER, () => true)
    expect(served.length).to.be.greaterThan(50)
    const strangers = served.filter((file) => NOT_FOR_SERVING.includes(moduleOf(file).replace('src/', '')))
    expect(strangers).to.deep.equal([])
  })

  it('never sees a tensor in http/', () => {
    for (const file of files.filter((file) => moduleOf(file) === 'src/http')) {
      const seen = importsIn(file).map(({ target }) => moduleOf(target))
      for (const module of ['src/tensor', 'src/scorer', 'src/encoder'])
        expect(seen, file).to.not.include(module)
      expect(packagesIn(file).filter(isTensorPackage), file).to.deep.equal([])
    }
  })

  it('loads no tensor package into the main thread of a server', () => {
    const inMainThread = reachable(SERVER, ({ isType, isThread }) => !isType && !isThread)
    expect(inMainThread).to.include.members(['src/encoder/encoder.ts', 'src/scorer/scorer.ts'])
    const loading = inMainThread.filter((file) =>
      packagesIn(file).some((one) => !one.isType && isTensorPackage(one)),
    )
    expect(loading).to.deep.equal([])
  })

  it('gives a browser only what is in playground/, and that to nobody else', () => {
    const own = files.filter((file) => moduleOf(file) === 'src/playground')
    expect(own).to.include('src/playground/main.ts')
    for (const file of own)
      expect(
        importsIn(file).map(({ target }) => moduleOf(target)),
        file,
      ).to.satisfy(isPlayground)
    for (const file of own) expect(packagesIn(file), file).to.deep.equal([])
    for (const file of files.filter((one) => !own.includes(one)))
      expect(
        importsIn(file).some(({ target }) => moduleOf(target) === 'src/playground'),
        file,
      ).to.equal(false)
  })

  it('reads the environment in config/config.ts alone', () => {
    const readers = files.filter((file) => file.startsWith('src/') && textOf(file).includes('process.env'))
    expect(readers).to.deep.equal(['src/config/config.ts'])
  })

  function importsIn(file: string): Import[] {
    const found = imports.get(file)
    if (found === undefined) throw new Error(`${file} is imported and not there`)
    return found.filter(({ isPackage }) => !isPackage)
  }

  function packagesIn(file: string): Import[] {
    return imports.get(file)?.filter(({ isPackage }) => isPackage) ?? []
  }

  function reachable(starts: readonly string[], follows: (one: Import) => boolean): string[] {
    const seen = new Set(starts)
    for (const file of seen) for (const one of importsIn(file)) if (follows(one)) seen.add(one.target)
    return [...seen]
  }

  /** The files of a cycle that begins and ends with this one, the shortest; empty if there is none. */
  function cycleThrough(start: string): string[] {
    const cameFrom = new Map<string, string>()
    const queue = [start]
    for (const file of queue) {
      for (const { target } of importsIn(file)) {
        if (target === start) return pathTo(file, start, cameFrom)
        if (cameFrom.has(target)) continue
        cameFrom.set(target, file)
        queue.push(target)
      }
    }
    return []
  }
})

function isPlayground(modules: readonly string[]): boolean {
  return modules.every((module) => module === 'src/playground')
}

/** The module of a source file: a folder of `src`, a file that stands alone in it, `bench` or `scripts`. */
function moduleOf(file: string): string {
  const [root = '', module = ''] = file.split(path.sep)
  return root === 'src' ? `${root}/${module}` : root
}

function layerOf(file: string): number {
  const layer = LAYERS.findIndex((modules) => modules.includes(moduleOf(file)))
  expect(layer, `${file} is in no module of the table`).to.be.at.least(0)
  return layer
}

function pathTo(file: string, start: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const files = [start]
  for (let at: string | undefined = file; at !== undefined && at !== start; at = cameFrom.get(at))
    files.unshift(at)
  return [start, ...files]
}
