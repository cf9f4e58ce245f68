import { readFileSync } from 'node:fs'
import path from 'node:path'

import { expect } from 'chai'
import fc from 'fast-check'
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base'

import { mean } from '../../src/numeric/mean.js'
import { estimatedTokens } from '../../src/tokenizer/tokenEstimate.js'
import { repositoryRoot } from '../repository.js'

const EVERYDAY = readFileSync(path.join(repositoryRoot, 'scripts/everyday/prompts.txt'), 'utf8')
const LICENSE = readFileSync(path.join(repositoryRoot, 'LICENSE'), 'utf8')
const SOURCE = readFileSync(path.join(repositoryRoot, 'src/tokenizer/tokenEstimate.ts'), 'utf8')

const errorOf = (text: string) => Math.abs(estimatedTokens(text) / countTokens(text) - 1)

describe('estimatedTokens', () => {
  it('is near what the tokenizer of OpenAI counts in prose and code', () => {
    const prompts = EVERYDAY.trim().split('\n')
    expect(mean(prompts.map(errorOf))).to.be.lessThan(0.08)
    expect(errorOf(EVERYDAY)).to.be.lessThan(0.06)
    expect(errorOf(LICENSE)).to.be.lessThan(0.08)
    expect(errorOf(SOURCE)).to.be.lessThan(0.12)
  })

  it('is roughly right in other scripts and for what is no prose', () => {
    const texts = [
      'Der größte Fluss Österreichs fließt durch Städte, die älter sind als jede Straße.',
      'Столица России — Москва, а самая длинная река — Лена.',
      '日本で一番高い山は富士山です。標高は三千七百七十六メートルです。',
      '中国的首都是北京，最大的城市是上海。',
      '왜 대부분의 학생들이 그룹으로 외국어를 배우는 것을 선호하는지 설명해 주세요.',
      "Pourriez-vous m'expliquer pourquoi les élèves préfèrent étudier à la bibliothèque ?",
      'Hãy giải thích tại sao hầu hết học sinh thích học ngoại ngữ theo nhóm.',
      'ما هي عاصمة مصر وما هو أطول نهر فيها؟',
      '12345 + 67890 = ? and 3.14159 * 2.71828',
      'SELECT name, COUNT(*) FROM users WHERE age >= 18 GROUP BY name;',
      '[[1, 0, 2], [3, 4, 5], [6, 7, 8]]',
    ]
    for (const text of texts) expect(errorOf(text), text).to.be.lessThan(0.35)
  })

  it('follows its rules', () => {
    const cases: [text: string, tokens: number][] = [
      ['', 0],
      ['hello', 1],
      ['hello world', 2],
      ['HTTPServer', 1],
      ['camelCase', 2],
      ['internationalization', 1 + 0.3 * 8],
      ['ABCDEFGH', 1 + 0.5 * 2],
      ['1234567', 3],
      ['page 12', 1 + 1 + 1],
      ['a  b', 1 + 1.1 + 1],
      ['a\n\nb', 1 + 0.75 + 1],
      ['!!!', 1 + 0.2 * 2],
      ['漢字', 1.4],
      ['かな', 1.4],
      ['😀', 1.2],
      ['über', 0.7 + 0.16 * 4],
    ]
    for (const [text, tokens] of cases) expect(estimatedTokens(text), text).to.be.closeTo(tokens, 1e-9)
  })

  it('takes any text, and two parts for about what they are together', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        const [first, second, both] = [a, b, a + b].map(estimatedTokens)
        expect(both).to.be.within(0, a.length + b.length + 2)
        expect(Math.abs((first ?? NaN) + (second ?? NaN) - (both ?? NaN))).to.be.at.most(3)
      }),
      { numRuns: 1000 },
    )
  })
})
