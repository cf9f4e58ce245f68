import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

import { expect } from 'chai'

import { readArguments } from '../../src/cli/commandLine/arguments.js'
import type { Command } from '../../src/cli/commandLine/command.js'
import { variableOf } from '../../src/config/setting.js'
import { SETTINGS } from '../../src/config/settings.js'
import { repositoryRoot } from '../repository.js'

const read = (file: string) => readFileSync(path.join(repositoryRoot, file), 'utf8')
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }

const pages = ['.', 'docs', 'docs/decisions', 'bench', 'scripts/fixtures'].flatMap((folder) =>
  readdirSync(path.join(repositoryRoot, folder))
    .filter((file) => file.endsWith('.md') && file !== 'CHANGELOG.md')
    .map((file) => path.join(folder, file)),
)

/** Lines for a shell, and texts in backquotes. */
function linesIn(page: string): string[] {
  const text = read(page).replaceAll('\\\n', ' ')
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```/gms)].flatMap((block) => (block[1] ?? '').split('\n'))
  const inline = [...text.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '')
  return [...blocks, ...inline].map((line) => line.replace(/\s+/g, ' '))
}

/** What of a line calls this program or npm. */
function callsIn(page: string): string[] {
  return linesIn(page).flatMap((line) => {
    const calls = line.matchAll(/(?:^|[ &])((?:(?:npx )?llimit|npm(?: run)?) [^#&|>]*)/g)
    return [...calls].map((call) => (call[1] ?? '').trim())
  })
}

/** The words of a call, in quotes or not. */
function wordsOf(call: string): string[] {
  return [...call.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? '',
  )
}

async function check(name: string, args: string[]): Promise<void> {
  const file = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
  const { command } = (await import(`../../src/cli/${file}.js`)) as { command: Command }
  const given = readArguments(args, command)
  // A call that names a flag only, in a sentence, lacks the others.
  if (Object.keys(given).length > 1) command.prepare(given)
}

describe('the commands in the docs', () => {
  const calls = pages.flatMap((page) => [...new Set(callsIn(page))].map((call) => ({ page, call })))

  it('are found', () => expect(calls.length).to.be.greaterThan(25))

  for (const { page, call } of calls)
    it(`${page}: ${call}`, async () => {
      const [program = '', ...words] = wordsOf(call).filter((word) => word !== '…')
      if (program === 'npm') {
        const [script = '', ...rest] = words[0] === 'run' ? words.slice(1) : words
        if (['ci', 'install', 'pack', 'version'].includes(script) || script.startsWith('-')) return
        expect(scripts, script).to.have.property(script)
        const command = /src\/cli\/main\.js ([\w-]+)/.exec(scripts[script] ?? '')?.[1]
        if (command === undefined) return
        await check(
          command,
          rest.filter((word) => word !== '--'),
        )
        return
      }
      const [name = '', ...args] = program === 'npx' ? words.slice(1) : words
      if (name.startsWith('-') || name.startsWith('<')) return
      await check(name, args)
    })
})

/** What a test cannot run, since it takes Docker, a debugger or an hour. */
describe('the commands of other programs in the docs', () => {
  const others =
    /^((docker|buildah|node|npx mocha|python[\d.]*|\S+\/(pip|python)|container=\S+) |\.ci\/run|scripts\/\S+\.py)/
  const lines = pages.flatMap((page) =>
    [...new Set(linesIn(page))].filter((line) => others.test(line)).map((line) => ({ page, line })),
  )
  const built = lines.flatMap(({ line }) => /^(?:docker build|buildah bud) .*-t (\S+)/.exec(line)?.[1] ?? [])

  it('are found', () => expect(lines.length).to.be.greaterThan(15))

  for (const { page, line } of lines)
    it(`${page}: ${line}`, () => {
      const words = wordsOf(line.replace(/ #.*/, ''))
      for (const file of words.filter((word) =>
        /^(Dockerfile|\.ci\/|dist\/|node_modules\/|scripts\/)/.test(word),
      ))
        expect(existsSync(path.join(repositoryRoot, file)), file).to.equal(true)
      for (const image of line.match(/\bllimit-[\w:-]+/g) ?? []) expect(built).to.include(image)
      for (const [, variable] of line.matchAll(/-e (LLIMIT_\w+|HOST|PORT)=/g))
        expect(SETTINGS.keyof().options.map(variableOf)).to.include(variable)
    })
})
