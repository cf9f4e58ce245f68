import { readFileSync } from 'node:fs'
import path from 'node:path'

import { expect } from 'chai'

import { concurrentWorkloads } from '../../bench/workloads/concurrent.js'
import { decisionWorkloads } from '../../bench/workloads/decisions.js'
import { sequentialWorkloads } from '../../bench/workloads/sequential.js'
import { repositoryRoot } from '../repository.js'

describe('bench/README.md', () => {
  const readme = readFileSync(path.join(repositoryRoot, 'bench/README.md'), 'utf8')
  const rows = new Map(
    [...readme.matchAll(/^\| `([\w-]+)` +\| (.+?) +\|$/gm)].map(([, id, what]) => [id, what]),
  )

  it('lists the workloads in the order of the report', () => {
    const ids = [...sequentialWorkloads, ...concurrentWorkloads, ...decisionWorkloads].map(({ id }) => id)
    expect([...rows.keys()]).to.deep.equal([...ids, 'encoder'])
  })

  for (const { id, title } of sequentialWorkloads) {
    it(`says whether the prompts of ${id} were seen before`, () => {
      const isUnseen = title.includes('unseen')
      expect(rows.get(id)?.includes('unseen')).to.equal(isUnseen)
      expect(title.includes('seen before')).to.equal(!isUnseen)
    })
  }
})
