import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

import { expect } from 'chai'

import { repositoryRoot } from './repository.js'

/** Modules (folders, or files that stand alone) from the lowest layer up; docs/architecture.md draws the same. */
const LAYERS = [
  ['errors.ts'],
  ['validation.ts'],
  ['card.ts', 'config.ts', 'jsonFile.ts', 'lines', 'numeric'],
  ['tokenizer', 'features', 'tensor', 'calibration', 'savedModel', 'outcomes', 'thread', 'charts', 'log.ts'],
  ['encoder', 'scorer', 'batch', 'metrics'],
  ['embedding'],
  ['registry', 'convert', 'train', 'evaluate', 'distill'],
  ['selection', 'experiments'],
  ['http', 'offline'],
  ['wiring.ts'],
  ['main.ts', 'cli'],
]
const src = path.join(repositoryRoot, 'src')

describe('layers', () => {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))

  it('finds the sources', () => expect(files.length).to.be.greaterThan(20))

  for (const file of files) {
    it(`src/${file} imports from its own module and from layers below`, () => {
      for (const target of importsOf(file)) {
        if (moduleOf(target) === moduleOf(file)) continue
        const rise = `${moduleOf(file)} (layer ${layerOf(file)}) imports ${target} (layer ${layerOf(target)})`
        // Type-only imports upward would tie the modules just as much, so they count.
        expect(layerOf(target), rise).to.be.lessThan(layerOf(file))
      }
    })
  }

  it('only config.ts reads the environment', () => {
    const readers = files.filter((file) => readFileSync(path.join(src, file), 'utf8').includes('process.env'))
    expect(readers).to.deep.equal(['config.ts'])
  })
})

/** Files of this project that a source imports, relative to src/. */
function importsOf(file: string): string[] {
  const text = readFileSync(path.join(src, file), 'utf8')
  const found = text.matchAll(/(?:from|import\(|new URL\()\s*'(\.{1,2}\/[^']+)\.js'/g)
  return [...found].map((match) => path.join(path.dirname(file), `${match[1] ?? ''}.ts`))
}

function moduleOf(file: string): string {
  return file.split(path.sep)[0] ?? file
}

function layerOf(file: string): number {
  const layer = LAYERS.findIndex((modules) => modules.includes(moduleOf(file)))
  expect(layer, `${file} is in no module of the table`).to.be.at.least(0)
  return layer
}
