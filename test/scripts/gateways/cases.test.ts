import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'

import { expect } from 'chai'

import { CASES, choiceIn } from '../../../scripts/gateways/cases.js'
import { repositoryRoot } from '../../repository.js'

const EXAMPLES = path.join(repositoryRoot, 'examples')

describe('CASES', () => {
  const files = readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.(?:py|ts|mjs|yaml)$/.test(file),
  )

  it('runs every example', () => {
    const run = CASES.flatMap(({ file, args = [] }) => [file, ...args])
    expect(files.length).to.be.greaterThan(9)
    // The test of docs/quickstart.md runs those.
    const others = files.filter((file) => !file.startsWith('quickstart'))
    expect([...new Set(run)].map((file) => path.normalize(file))).to.have.members(others)
  })

  it('compares with the candidates that the example has', () => {
    for (const { file, args = [], candidates } of CASES) {
      const text = [file, ...args].map((name) => readFileSync(path.join(EXAMPLES, name), 'utf8')).join('')
      for (const llm of candidates) expect(text, file).to.include(llm)
    }
    const tiers = JSON.parse(readFileSync(path.join(EXAMPLES, 'litellm/tiers.json'), 'utf8')) as object
    const byTier = CASES.find(({ args = [] }) => args.includes('litellm/by-tier.yaml'))
    expect(Object.values(tiers)).to.deep.equal(byTier?.candidates)
  })

  it('is listed in the page of the examples', () => {
    const page = readFileSync(path.join(EXAMPLES, 'README.md'), 'utf8')
    for (const file of files) expect(page).to.include(`(${file})`)
  })

  it('reads the choice that an example prints', () => {
    expect(choiceIn('gpt-5 is best.\nchoice: gpt-5\n')).to.equal('gpt-5')
    expect(choiceIn('choice: a\nanswered by: b')).to.equal('b')
    expect(choiceIn('choice: None')).to.equal(undefined)
    expect(choiceIn('choice: null')).to.equal(undefined)
    expect(choiceIn('no choice: gpt-5')).to.equal(undefined)
  })
})
