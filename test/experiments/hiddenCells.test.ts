import { expect } from 'chai'

import { hiddenCells, llmsKnownElsewhere } from '../../src/experiments/hiddenCells.js'
import { at } from '../../src/numeric/at.js'
import { judged } from '../outcomes/judged.js'

/** `n` prompts of a source, each judged on the LLMs given, and one dev prompt. */
const source = (name: string, n: number, llms: string) =>
  Array.from({ length: n + 1 }, (_, p) => ({
    prompt: `${name} ${p}`,
    source: name,
    split: p < n ? 'train' : 'dev',
    scores: Object.fromEntries(Array.from(llms, (llm) => [llm, p % 2])),
  }))

describe('hiddenCells', () => {
  // SHA1("c|hard|0"), SHA1("e|hard|0"), SHA1("g|hard|0"), SHA1("d|easy|0"), SHA1("f|easy|0") and SHA1("h|tiny|0") are multiples
  // of 3, and no other of a to h in these sources; computed by another program.
  const namesOf = (rows: ReturnType<typeof source>, fold = 0) => {
    const { outcomes } = judged(rows)
    return Object.fromEntries(
      [...hiddenCells(outcomes, fold)].map(([name, llms]) => [
        name,
        [...llms].map((llm) => at(outcomes.llms, llm)).join(''),
      ]),
    )
  }

  it('are those whose hash is a multiple of three', () => {
    const rows = [...source('easy', 30, 'abcdefgh'), ...source('hard', 30, 'abcdefgh')]
    expect(namesOf(rows)).to.deep.equal({ easy: 'df', hard: 'ceg' })
  })

  it('leave each LLM thirty training outcomes, and each source two hidden LLMs', () => {
    const rows = [...source('easy', 29, 'abcdefgh'), ...source('hard', 30, 'abcdefgh')]
    // d and f keep the 30 of hard; c, e and g would keep the 29 of easy.
    expect(namesOf(rows)).to.deep.equal({ easy: 'df' })
    expect(namesOf([...source('easy', 30, 'abcd'), ...source('hard', 30, 'abcd')])).to.deep.equal({})
  })

  it('have twenty training outcomes, or five in a source of few prompts', () => {
    const rest = source('other', 40, 'abcdefgh')
    expect(namesOf([...rest, ...source('easy', 19, 'abcdefgh')])).to.not.have.property('easy')
    expect(namesOf([...rest, ...source('easy', 20, 'abcdefgh')])).to.have.property('easy', 'df')
    expect(namesOf([...rest, ...source('easy', 9, 'abcdefgh')])).to.have.property('easy', 'df')
    expect(namesOf([...rest, ...source('easy', 4, 'abcdefgh')])).to.not.have.property('easy')
  })

  it('are others in another fold', () => {
    const rows = [...source('easy', 30, 'abcdefgh'), ...source('hard', 30, 'abcdefgh')]
    expect(namesOf(rows, 1)).to.deep.equal({ easy: 'abfh' })
  })
})

describe('llmsKnownElsewhere', () => {
  it('have thirty training outcomes in the sources that are left', () => {
    const { outcomes } = judged([
      ...source('easy', 20, 'ab'),
      ...source('hard', 10, 'a'),
      ...source('tiny', 40, 'bc'),
    ])
    expect([...llmsKnownElsewhere(outcomes, new Set(['tiny']))]).to.deep.equal(['a'])
    expect([...llmsKnownElsewhere(outcomes, new Set(['easy']))]).to.have.members(['b', 'c'])
  })
})
