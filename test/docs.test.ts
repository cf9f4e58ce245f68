import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

import { expect } from 'chai'

import { readConfig } from '../src/config/config.js'
import { variableOf } from '../src/config/setting.js'
import { SETTINGS } from '../src/config/settings.js'
import { checkpointPickleOptions } from '../src/convert/allowedGlobals.js'
import { engineFacts, ENGINES } from '../src/engines.js'
import { ANSWER_CODES } from '../src/errors.js'
import { METRICS } from '../src/evaluate/measure.js'
import { createOpenApi } from '../src/http/openapi/document.js'
import { STATUS } from '../src/http/status.js'
import { repositoryRoot } from './repository.js'

const read = (file: string) => readFileSync(path.join(repositoryRoot, file), 'utf8')

describe('docs/api.md', () => {
  const api = read('docs/api.md')

  it('lists every error code that a client can see, with its status', () => {
    const rows = [...api.matchAll(/^\| (\d{3}) +\| `([A-Z_]+)`/gm)].map((row) => [row[2], Number(row[1])])
    const expected = ANSWER_CODES.map((code) => [code, STATUS[code]])
    expect(Object.fromEntries(rows)).to.deep.equal(Object.fromEntries(expected))
  })

  it('lists every setting', () => {
    const listed = [...api.matchAll(/^\| `((?:HOST|PORT|LLIMIT_)\w*)` /gm)].map((match) => match[1])
    expect(listed).to.have.members(SETTINGS.keyof().options.map(variableOf))
  })

  it('lists every route', () => {
    const { limits } = readConfig({}, {})
    for (const [route, { post }] of Object.entries(createOpenApi('', limits).paths)) {
      const inWords = route.replace(/{(\w+)}/g, '<$1>')
      const isPage = ['/docs', '/redoc', '/playground'].includes(route)
      expect(api).to.include(`\`${isPage ? '' : post === undefined ? 'GET ' : 'POST '}${inWords}\``)
    }
  })

  it('names the defaults', () => {
    const { limits, maxLoadedModels, preload, port } = readConfig({}, {})
    const defaults = [port, maxLoadedModels, ...preload, limits.prompts, limits.llms, limits.promptChars]
    for (const value of [...defaults, limits.bodyBytes / 2 ** 20]) expect(api).to.include(`\`${value}\``)
  })
})

describe('docs/engines.md', () => {
  it('lists every engine with its precisions', () => {
    const page = read('docs/engines.md')
    for (const engine of ENGINES) {
      const precisions = engineFacts(engine).precisions.map((precision) => `\`${precision}\``)
      expect(page).to.match(new RegExp(`^\\| \`${engine}\` +\\|[^|]*\\| ${precisions.join(', ')} +\\|`, 'm'))
    }
  })
})

describe('docs/evaluation.md', () => {
  const page = read('docs/evaluation.md').toLowerCase()

  it('lists every metric by the name that the tables use', () => {
    for (const { title } of Object.values(METRICS)) expect(page).to.include(`**${title.toLowerCase()}**`)
  })
})

describe('SECURITY.md', () => {
  const page = read('SECURITY.md').replace(/\s+/g, ' ')

  it('lists every global that a pickle may name, and no other', () => {
    const list = /The list: (.*?) Limits of a checkpoint/.exec(page)?.[1] ?? ''
    const named = [...list.matchAll(/`([\w.]+)`/g)].map((match) => match[1])
    expect(named).to.have.members([...checkpointPickleOptions(0).globals.keys()])
  })

  it('names every limit of a checkpoint', () => {
    const sources = ['src/convert', 'src/tensor/pytorch'].flatMap((folder) =>
      readdirSync(path.join(repositoryRoot, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => read(path.join(folder, file))),
    )
    const limits = sources.flatMap((source) => [
      ...source.matchAll(/const MAX_(\w+) = (?:([\d_]+) \* )?(.+)/g),
    ])
    expect(limits.length).to.be.greaterThan(10)
    for (const [line, name, mebibytes, value] of limits) {
      // How many faults one message lists.
      if (name === 'LISTED') continue
      const amount = value === '2 ** 27' ? 2 ** 27 : Number(value?.replaceAll('_', ''))
      const text = value === '2 ** 20' ? `${mebibytes ?? ''} MiB` : amount.toLocaleString('en')
      expect(page, line).to.match(new RegExp(`\\b${text}\\b`))
    }
  })
})

describe('package.json', () => {
  const manifest = read('package.json')
  const scripts = [...read('README.md').matchAll(/npm run ([\w-]+)/g)].map((match) => match[1] ?? '')

  for (const script of scripts) {
    it(`has the script "${script}" that the README names`, () => expect(manifest).to.include(`"${script}":`))
  }
})
