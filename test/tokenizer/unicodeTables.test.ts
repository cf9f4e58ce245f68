import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

import { expect } from 'chai'
import { z } from 'zod'

import * as tables from '../../src/tokenizer/unicodeTables.js'
import { goldenPath } from '../golden.js'

describe('contains', () => {
  const ranges = [3, 5, 9, 9, 20, 30]

  it('holds both ends of a range and what lies between', () => {
    const inside = Array.from({ length: 40 }, (_, i) => i).filter((i) => tables.contains(ranges, i))
    expect(inside).to.deep.equal([3, 4, 5, 9, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30])
  })

  it('holds nothing where there are no ranges', () => {
    expect(tables.contains([], 0)).to.be.false
  })
})

// scripts/fixtures measures the tables on the library; these were measured by other means.
const measured = path.join(goldenPath() ?? '', '..', 'spec', 'tokenizer-tables.json')
if (goldenPath() !== undefined && existsSync(measured)) {
  describe('the character classes', () => {
    const ranges = z.array(z.array(z.int())).transform((pairs) => pairs.flat())
    const file = z
      .object({
        deleted_before_nfd: ranges,
        deleted_after_nfd_nonspacing_marks: ranges,
        cjk_spaced: ranges,
        isolated_punctuation: ranges,
      })
      .parse(JSON.parse(readFileSync(measured, 'utf8')))
    const withoutSurrogates = tables.DELETED.filter((bound) => bound < 0xd800 || bound > 0xdfff)

    it('are those that were measured', () => {
      expect(withoutSurrogates).to.deep.equal(file.deleted_before_nfd)
      expect(tables.NONSPACING_MARKS).to.deep.equal(file.deleted_after_nfd_nonspacing_marks)
      expect(tables.IDEOGRAPHS).to.deep.equal(file.cjk_spaced)
      expect(tables.PUNCTUATION).to.deep.equal(file.isolated_punctuation)
    })
  })
}
