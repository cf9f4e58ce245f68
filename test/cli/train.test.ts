import { readFile, readdir } from 'node:fs/promises'
import path from 'node:path'

import { expect } from 'chai'
import { z } from 'zod'

import { readCard } from '../../src/savedModel/readCard.js'
import { createRandom } from '../../src/numeric/random.js'
import { DataFiles } from '../outcomes/dataFiles.js'
import { llimit } from './llimit.js'

const files = new DataFiles()

const train = (...args: string[]) => llimit(['train', ...args], { cwd: files.folder })

function rows() {
  const random = createRandom(3)
  return Array.from({ length: 60 }, (_, p) => {
    const sum = p % 2 === 0
    const chance = (good: boolean) => (random() < (good ? 0.9 : 0.2) ? 1 : 0)
    return {
      prompt: sum ? `What is ${p} plus ${p * 7}?` : `Write a poem of ${p} lines about the sea.`,
      category: sum ? 'sums' : 'poems',
      split: p < 40 ? 'train' : 'dev',
      scores: {
        reckoner: chance(sum),
        poet: chance(!sum),
        both: chance(true),
        ...(p < 40 ? {} : { stranger: 1 }),
      },
    }
  })
}

const result = z.object({
  model: z.literal('dense_network/mine'),
  version: z.literal(1),
  components: z
    .array(z.object({ component: z.string(), bestEpoch: z.number(), epochs: z.literal(2) }))
    .min(1),
  skippedLlms: z.tuple([z.literal('stranger')]),
  metrics: z.record(z.string(), z.number()),
  reference: z.object({ largestDifference: z.number(), tolerance: z.number() }),
})

const epoch = z.object({ epoch: z.number(), trainLoss: z.number(), devLoss: z.number() })
const reported = z.object({
  model: z.string(),
  version: z.number(),
  curves: z.array(z.object({ component: z.string(), losses: z.array(epoch).length(2) })).min(1),
})

describe('llimit train', () => {
  before(() => files.open())
  after(() => files.close())

  it('writes a model that serves as its card says, keeps older versions, and takes no place that is taken', async () => {
    const outcomes = await files.writeRows('made-up.jsonl', rows())
    const recipe = { schedule: { epochs: 2, warm_up_steps: 2, least_steps: 0 }, evidence: { regions: 3 } }
    const config = await files.write('recipe.json', JSON.stringify(recipe))
    const args = ['--outcomes', outcomes, '--name', 'mine', '--config', config, '--out', 'models']
    const parent = path.join(files.folder, 'models', 'dense_network')
    const cardOf = async (name: string) => (await readCard(path.join(parent, name, 'card.json'))).card

    const first = await train(...args, '--json', '--report', 'report')
    expect(first.status, first.stderr).to.equal(0)
    expect(first.stderr).to.match(/^skipped \(no training data\): stranger$/m)
    expect(first.stderr).to.match(/^gated-mixture-1, epoch 1 of 2: loss 0\.\d+, dev 0\.\d+, auc 0\.\d+/m)
    expect(first.stderr).to.match(/^gated-mixture-1: best epoch [12] of 2, dev loss 0\.\d+$/m)
    expect(first.stderr).to.match(/reference: 8 prompts x 3 LLMs, largest difference .* \(allowed 0.00001\)/)
    result.parse(JSON.parse(first.stdout))
    const card = await cardOf('mine')
    expect(card.llms).to.deep.equal(['both', 'poet', 'reckoner'])
    // File names alone: the paths of this machine stay here.
    expect(card.training?.command).to.equal(
      'llimit train --outcomes made-up.jsonl --name mine --config recipe.json --out models --json --report report',
    )
    expect(await readdir(path.join(files.folder, '.cache', 'train')), 'kept checkpoints').to.deep.equal([])
    const page = await readFile(path.join(files.folder, 'report', 'report.html'), 'utf8')
    const [, json = ''] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page) ?? []
    expect(reported.parse(JSON.parse(json))).to.deep.include({ model: 'dense_network/mine', version: 1 })

    const rejected = await train(...args)
    expect(rejected).to.deep.include({ status: 1, stdout: '' })
    expect(rejected.stderr).to.match(/^error: .*mine.* exists/)
    expect(rejected.stderr, 'before it computes anything').to.not.match(/epoch/)
    expect(await cardOf('mine')).to.deep.equal(card)

    const second = await train(...args, '--new-version', '--seed=2', '--quiet')
    expect(second, second.stderr).to.deep.include({ status: 0, stderr: '' })
    expect(second.stdout).to.match(/^wrote .*mine, version 2, auc /)
    expect(await cardOf('mine')).to.deep.include({ version: 2 })
    expect(await cardOf('mine@1')).to.deep.equal(card)
    expect((await readdir(parent)).sort()).to.deep.equal(['mine', 'mine@1'])
  })

  it('trains on two encoders at once, and scores with both', async () => {
    const outcomes = await files.writeRows('made-up.jsonl', rows())
    const recipe = { schedule: { epochs: 1, least_steps: 0 }, kinds: { heads: 1 }, evidence: { regions: 3 } }
    const config = await files.write('both.json', JSON.stringify(recipe))
    const encoder = 'static-minilm-384+all-MiniLM-L6-v2'
    const args = ['--outcomes', outcomes, '--name', 'joined', '--config', config, '--out', 'models']
    const { status, stdout, stderr } = await train(...args, '--encoder', encoder)
    expect(status, stderr).to.equal(0)
    // Written, opened again, and held to scores that the training computed in another way.
    expect(stdout).to.match(/reference: 8 prompts x 3 LLMs, largest difference .* \(allowed 0.00001\)/)
    const { card } = await readCard(path.join(files.folder, 'models', 'dense_network', 'joined', 'card.json'))
    expect(card.encoder).to.deep.include({ name: encoder, dimension: 768 })
  })

  it('trains without LLMs that are excluded, and rejects one that the data does not have', async () => {
    const outcomes = await files.writeRows('made-up.jsonl', rows())
    const recipe = { schedule: { epochs: 1, least_steps: 0 }, kinds: { heads: 1 }, evidence: { regions: 3 } }
    const config = await files.write('less.json', JSON.stringify(recipe))
    const args = ['--outcomes', outcomes, '--name', 'less', '--config', config, '--out', 'models']
    const trained = await train(...args, '--exclude-llm', 'poet,stranger', '--quiet')
    expect(trained.status, trained.stderr).to.equal(0)
    const file = path.join(files.folder, 'models', 'dense_network', 'less', 'card.json')
    expect((await readCard(file)).card.llms).to.deep.equal(['both', 'reckoner'])

    const mistyped = await train(...args, '--replace', '--exclude-source', 'poems')
    expect(mistyped).to.deep.include({ status: 2, stdout: '' })
    expect(mistyped.stderr).to.match(/expected to exclude sources of the data, got "poems"/)
  })

  it('ends with 130 if it is interrupted, and resumes where it was', async () => {
    const outcomes = await files.writeRows('long.jsonl', rows())
    // Long enough that it cannot end before it is interrupted.
    const recipe = {
      schedule: { epochs: 200, patience: 200, least_steps: 0 },
      kinds: { heads: 1 },
      evidence: { regions: 3 },
    }
    const config = await files.write('long.json', JSON.stringify(recipe))
    const args = ['train', '--outcomes', outcomes, '--name', 'long', '--config', config, '--out', 'models']
    const interrupted = await llimit(args, { cwd: files.folder, interruptAt: 'gated-mixture-1, epoch 1 of' })
    expect(interrupted).to.deep.include({ status: 130, stdout: '' })
    expect(interrupted.stderr).to.match(/\ninterrupted\n$/)
    const resumed = await llimit(args, { cwd: files.folder })
    expect(resumed.status, resumed.stderr).to.equal(0)
    const after = Number(/^gated-mixture-1: resuming from epoch (\d+)$/m.exec(resumed.stderr)?.[1])
    expect(after).to.be.at.least(1)
    expect(resumed.stderr).to.match(new RegExp(`epoch ${after + 1} of 200: loss`))
    expect(resumed.stderr).to.not.include('epoch 1 of 200')
  })
})
