import { readFileSync } from 'node:fs'
import path from 'node:path'

import { expect } from 'chai'

import { fillBlock } from '../../../scripts/docs/blocks.js'
import { PAGES, fillPage } from '../../../scripts/docs/pages.js'
import { evaluationSchema } from '../../../scripts/docs/tables.js'
import { repositoryRoot } from '../../repository.js'

const read = (file: string) => readFileSync(path.join(repositoryRoot, file), 'utf8')

describe('numbers in the pages', () => {
  const evaluation = evaluationSchema.parse(JSON.parse(read('docs/quality/evaluation.json')))

  for (const [page, blocks] of PAGES) {
    it(`${page} has those of evaluation.json ("npm run docs" writes them)`, () => {
      expect(read(page)).to.equal(fillPage(read(page), blocks, evaluation))
    })
  }

  it('finds no block that is not there', () => {
    expect(() => fillBlock('a page', 'quality', [])).to.throw('found no such block')
  })
})
