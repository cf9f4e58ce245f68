import { readFileSync } from 'node:fs'
import path from 'node:path'

import { expect } from 'chai'

import { fillBlock } from '../../../scripts/docs/blocks.js'
import { PAGES, fillPage } from '../../../scripts/docs/pages.js'
import { evaluationSchema, jointTable } from '../../../scripts/docs/tables.js'
import { repositoryRoot } from '../../repository.js'

const read = (file: string) => readFileSync(path.join(repositoryRoot, file), 'utf8')

describe('numbers in the pages', () => {
  const evaluation = evaluationSchema.parse(JSON.parse(read('docs/quality/evaluation.json')))

  for (const [page, blocks] of PAGES) {
    it(`${page} has those of evaluation.json ("npm run docs" writes them)`, () => {
      expect(read(page)).to.equal(fillPage(read(page), blocks, evaluation))
    })
  }

  it('shows what a shared difficulty is worth if the model has one', () => {
    const estimate = { value: 0.02, low: 0.01, high: 0.03 }
    const metrics = { failureEce: estimate, failureLogLoss: estimate }
    const systems = [
      { name: 'shared difficulty', metrics, difference: {} },
      { name: 'independence', metrics, difference: metrics },
    ]
    const lines = jointTable({ ...evaluation, joint: { deviation: 1.7, prompts: 90, systems } })
    expect(lines[1]).to.equal('- Deviation of the shared difficulty: 1.700 in logits.')
    expect(lines.at(-3)).to.match(/^\| shared difficulty +\| +\.020 ±\.010 \| +\.020 ±\.010 \| +– \|$/)
    expect(lines.at(-1)).to.match(/^\| difference of independence +\| +\+\.020 ±\.010\* \|/)
    const without = { ...evaluation }
    delete without.joint
    expect(jointTable(without)).to.deep.equal(['The card of this model has no shared difficulty.'])
  })

  it('finds no block that is not there', () => {
    expect(() => fillBlock('a page', 'quality', [])).to.throw('found no such block')
  })
})
