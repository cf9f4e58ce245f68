import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { expect } from 'chai'

import { fuzz, MAX_BYTES } from '../../../scripts/fuzz/driver.js'
import type { CaseResult } from '../../../scripts/fuzz/runCase.js'
import { Tally } from '../../../scripts/fuzz/tally.js'
import { repositoryRoot } from '../../repository.js'

describe('fuzz', () => {
  let folder: string
  before(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'llimit-fuzz-'))))
  after(() => rm(folder, { recursive: true }))

  const run = async (from: number, files: number) => {
    const results: CaseResult[] = []
    await fuzz({
      folder,
      fixtures: path.join(repositoryRoot, 'test/fixtures/checkpoints'),
      only: '',
      seed: 1,
      from,
      files,
      deadline: Infinity,
      onResult: (result) => results.push(result),
    })
    return results
  }

  it('has every reader read changed files, and finds nothing wrong', async () => {
    const results = await run(0, 200)
    expect(results.flatMap(({ failure }) => failure ?? [])).to.deep.equal([])
    expect(results.map(({ number }) => number)).to.deep.equal(Array.from({ length: 200 }, (_, i) => i))
    expect(new Set(results.map(({ target }) => target)).size).to.equal(7)
    expect(new Set(results.map(({ outcome }) => outcome)))
      .to.include('accepted')
      .and.include('MODEL_BROKEN')
    const [again] = await run(199, 1)
    expect({ ...again, ms: 0 }).to.deep.equal({ ...results[199], ms: 0 })
  })

  it('counts the memory of the process that reads, not that of the one that starts it', async () => {
    const held = Buffer.alloc(MAX_BYTES, 1)
    const results = await run(0, 1)
    expect(held.length).to.equal(MAX_BYTES)
    expect(results.flatMap(({ failure }) => failure ?? [])).to.deep.equal([])
  })
})

describe('Tally', () => {
  it('counts by reader, and names the slowest', () => {
    const tally = new Tally()
    const result = { target: 'prompts', ms: 2 }
    tally.add({ ...result, number: 0, outcome: 'accepted' })
    tally.add({ ...result, number: 1, outcome: 'INVALID_FILE', ms: 7 })
    tally.add({ ...result, number: 2, outcome: 'failed', failure: 'it hung' })
    expect(tally.failures).to.equal(1)
    expect(tally.text(5)).to.equal(
      'prompts: 1 accepted, 1 failed, 1 INVALID_FILE\n3 files of seed 5: 1 failures, the slowest 7 ms (prompts, case 1)\n',
    )
  })
})
