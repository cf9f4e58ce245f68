import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

import { expect } from 'chai'

import { repositoryRoot } from './shared.js'

/** Rooms (folders, or files that stand alone) from the ground up; docs/architecture.md draws the same. */
const FLOORS = [
  ['errors.ts'],
  ['card.ts', 'config.ts', 'random.ts'],
  ['tokenizer', 'features', 'tensor', 'thread', 'turns', 'outcomes', 'savedModel', 'log.ts'],
  ['encoder', 'scorer', 'batch', 'cache', 'metrics'],
  ['registry', 'convert', 'train', 'evaluate'],
  ['selection'],
  ['http'],
  ['wiring.ts'],
  ['main.ts'],
]
const src = path.join(repositoryRoot, 'src')

describe('floors', () => {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))

  it('finds the sources', () => expect(files.length).to.be.greaterThan(20))

  for (const file of files) {
    it(`src/${file} imports from its own room and from floors below`, () => {
      for (const target of importsOf(file)) {
        if (roomOf(target) === roomOf(file)) continue
        const rise = `${roomOf(file)} (floor ${floorOf(file)}) imports ${target} (floor ${floorOf(target)})`
        // Type-only imports upward would tie the rooms just as much, so they count.
        expect(floorOf(target), rise).to.be.lessThan(floorOf(file))
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

function roomOf(file: string): string {
  return file.split(path.sep)[0] ?? file
}

function floorOf(file: string): number {
  const floor = FLOORS.findIndex((rooms) => rooms.includes(roomOf(file)))
  expect(floor, `${file} is in no room of the table`).to.be.at.least(0)
  return floor
}
