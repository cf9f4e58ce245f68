import { readFileSync } from 'node:fs'
import path from 'node:path'

import { expect } from 'chai'

import { fillBlock } from '../../../scripts/docs/blocks.js'
import { fillPage, PAGES, readQuality } from '../../../scripts/docs/pages.js'
import type { QualityFiles } from '../../../scripts/docs/pages.js'
import { jointTable, lengthTables } from '../../../scripts/docs/tables.js'
import { boundTable, guardTable, unseenSourcesTable } from '../../../scripts/docs/unseenTables.js'
import { repositoryRoot } from '../../repository.js'

const read = (file: string) => readFileSync(path.join(repositoryRoot, file), 'utf8')

describe('numbers in the pages', () => {
  let files: QualityFiles
  before(async () => (files = await readQuality((file) => Promise.resolve(read(`docs/quality/${file}`)))))

  for (const [page, blocks] of PAGES) {
    it(`${page} has those of docs/quality ("npm run docs" writes them)`, () => {
      expect(read(page)).to.equal(fillPage(read(page), blocks, files))
    })
  }

  it('shows what a shared difficulty is worth if the model has one', () => {
    const estimate = { value: 0.02, low: 0.01, high: 0.03 }
    const metrics = { failureEce: estimate, failureLogLoss: estimate }
    const systems = [
      { name: 'shared difficulty', metrics, difference: {} },
      { name: 'independence', metrics, difference: metrics },
    ]
    const lines = jointTable({ ...files.evaluation, joint: { deviation: 1.7, prompts: 90, systems } })
    expect(lines[1]).to.equal('- Deviation of the shared difficulty: 1.700 in logits.')
    expect(lines.at(-3)).to.match(
      /^\| shared difficulty +\| +\.020 \(\.010 to \.030\) \| +\.020 ±\.010 \| +– \|$/,
    )
    expect(lines.at(-1)).to.match(
      /^\| difference of independence +\| +\+\.020 \(\+\.010 to \+\.030\)\* \| +\+\.020 ±\.010\* \|/,
    )
    const without = { ...files.evaluation }
    delete without.joint
    expect(jointTable(without)).to.deep.equal(['The card of this model has no shared difficulty.'])
  })

  it('gives systems by metric, with differences over sources', () => {
    const difference = { value: -0.01, overUnits: [-0.02, 0], overSources: [-0.03, 0.01] } as const
    const unseenSources = {
      sources: ['a'],
      metrics: [
        { metric: 'pairs', system: 'x', value: 0.7 },
        {
          metric: 'pairs',
          system: 'y',
          value: 0.69,
          difference: {
            ...difference,
            overUnits: [-0.02, 0] as [number, number],
            overSources: [-0.03, 0.01] as [number, number],
          },
        },
      ],
      routed: [],
    }
    expect(unseenSourcesTable({ ...files.encoders, unseenSources }).at(-1)).to.match(
      /^\| pairs +\| +y \| +\.690 \| +-\.010 \(-\.030 to \+\.010\) \|$/,
    )
  })

  it('shows how well lengths are predicted if the model predicts them', () => {
    const { evaluation } = files
    const estimate = { value: 0.64, low: 0.63, high: 0.65 }
    const group = (name: string, answers: number) => ({
      name,
      answers,
      systems: [
        { name: 'm', metrics: { r2: estimate, coverage: estimate } },
        { name: 'LLM mean', metrics: { r2: estimate } },
      ],
    })
    const lengths = { overall: group('all', 900), sources: [group('s', 500), group('t', 400)] }
    const lines = lengthTables({ ...evaluation, lengths })
    expect(lines[0]).to.match(/^\| +\| answers \| R² of log tokens \| median error \| +coverage \|/)
    expect(lines[2]).to.match(/^\| m +\| +900 \| +\.640 ±\.010 \| +– \| +\.640 ±\.010 \| +– \|$/)
    expect(lines.slice(-2).map((line) => line.slice(0, 3))).to.deep.equal(['| s', '| t'])
    const without = { ...evaluation }
    delete without.lengths
    expect(lengthTables(without)).to.deep.equal(['This model knows nothing of lengths.'])
  })

  it('counts the sources on which the guard is clearly below the best constant', () => {
    const scores = { prompts: 4, best: 0.5, constant: 0.5 }
    const sourceOf = (source: string, guarded: number) => ({ source, ...scores, guarded, standardError: 0.1 })
    const gain = { prompts: 3, gain: { value: -0.01, low: -0.02, high: 0 } }
    const careful = {
      guard: {
        z: 0.75,
        sources: [sourceOf('a', 0.41), sourceOf('b', 0.4), sourceOf('c', 0.39)],
        known: { ...scores, guarded: 0.45, kept: { value: 0.8, low: 0.7, high: 0.9 } },
      },
      familiarity: [{ bound: 0.05, unseen: gain, known: { prompts: 0 } }],
      evidence: [],
    }
    const lines = guardTable({ unseenSources: { careful } })
    expect(lines[0]).to.equal(
      '- z = .750. Below the constant by more than one standard error: 1 of 3 sources.',
    )
    expect(lines.at(-2)).to.match(/^\| c +\| +4 \| +\.500 \| +\.390 \| +-\.110 ±\.100 \| +\.500 \|$/)
    expect(lines.at(-1)).to.match(/^\| mean +\| +\| +\.500 \| +\.400 \|/)
    expect(boundTable({ unseenSources: { careful } }, 'familiarity').at(-1)).to.match(
      /^\| < 0\.05 +\| +3 \| -\.010 ±\.010 \| +– \| +0 \| +– \| +– \|$/,
    )
  })

  it('finds no block that is not there', () => {
    expect(() => fillBlock('a page', 'quality', [])).to.throw('found no such block')
  })
})
