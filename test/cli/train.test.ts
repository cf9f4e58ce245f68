import { spawn } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import path from 'node:path'

import { expect } from 'chai'

import { readCard } from '../../src/savedModel/readCard.js'
import { createRandom } from '../../src/numeric/random.js'
import { DataFiles } from '../outcomes/dataFiles.js'
import { repositoryRoot } from '../repository.js'

const files = new DataFiles()

interface Run {
  code: number | null
  output: string
}

/** Runs the built command in the test's own folder, where it keeps what it computed. */
function train(...args: string[]): Promise<Run> {
  return trainUntil(undefined, ...args)
}

/** The same, killed as soon as it has printed some words. */
async function trainUntil(words: string | undefined, ...args: string[]): Promise<Run> {
  const command = path.join(repositoryRoot, 'dist', 'src', 'cli', 'train.js')
  const running = spawn(process.execPath, [command, ...args], { cwd: files.folder })
  let output = ''
  for (const stream of [running.stdout, running.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (words !== undefined && output.includes(words)) running.kill('SIGKILL')
    })
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    running.on('error', reject).on('close', resolve)
  })
  return { code, output }
}

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

describe('npm run train', () => {
  before(() => files.open())
  after(() => files.close())

  it('writes a model that serves as its card says, keeps older versions, and takes no place that is taken', async () => {
    const outcomes = await files.writeRows('made-up.jsonl', rows())
    const recipe = { schedule: { epochs: 2, warm_up_steps: 2, least_steps: 0 }, evidence: { regions: 3 } }
    const config = await files.write('recipe.json', JSON.stringify(recipe))
    const args = ['--outcomes', outcomes, '--name', 'mine', '--config', config, '--out', 'models']
    const parent = path.join(files.folder, 'models', 'dense_network')
    const cardOf = async (name: string) => (await readCard(path.join(parent, name, 'card.json'))).card

    const first = await train(...args)
    expect(first.code, first.output).to.equal(0)
    expect(first.output).to.match(/^skipped \(no training data\): stranger$/m)
    expect(first.output).to.match(/gated-mixture-1, epoch 2 of 2: loss 0\.\d+, dev 0\.\d+, auc 0\.\d+/)
    expect(first.output).to.match(/reference: 8 prompts x 3 LLMs, largest difference .* \(allowed 0.00001\)/)
    const card = await cardOf('mine')
    expect(card.llms).to.deep.equal(['both', 'poet', 'reckoner'])
    // File names alone: the paths of this machine stay here.
    expect(card.training?.command).to.equal(
      'npm run train -- --outcomes made-up.jsonl --name mine --config recipe.json --out models',
    )
    expect(await readdir(path.join(files.folder, '.cache', 'train')), 'checkpoints').to.deep.equal([])

    const refused = await train(...args)
    expect(refused.code).to.equal(1)
    expect(refused.output).to.match(/error: .*mine already exists; use --replace or choose another --name/)
    expect(refused.output, 'before it computes anything').to.not.match(/epoch/)
    expect(await cardOf('mine')).to.deep.equal(card)

    const second = await train(...args, '--new-version', '--seed=2')
    expect(second.code, second.output).to.equal(0)
    expect(await cardOf('mine')).to.deep.include({ version: 2 })
    expect(await cardOf('mine@1')).to.deep.equal(card)
    expect((await readdir(parent)).sort()).to.deep.equal(['mine', 'mine@1'])
  })

  it('says from where it resumes a training that was stopped', async () => {
    const outcomes = await files.writeRows('long.jsonl', rows())
    // Long enough that it cannot end before it is killed.
    const recipe = {
      schedule: { epochs: 200, patience: 200, least_steps: 0 },
      kinds: { heads: 1 },
      evidence: { regions: 3 },
    }
    const config = await files.write('long.json', JSON.stringify(recipe))
    const args = ['--outcomes', outcomes, '--name', 'long', '--config', config, '--out', 'models']
    const killed = await trainUntil('gated-mixture-1, epoch 2 of', ...args)
    expect(killed.code, killed.output).to.equal(null)
    const resumed = await train(...args)
    expect(resumed.code, resumed.output).to.equal(0)
    const after = /^resuming gated-mixture-1 after epoch (\d+)$/m.exec(resumed.output)?.[1]
    expect(Number(after)).to.be.at.least(2)
    expect(resumed.output).to.match(new RegExp(`epoch ${Number(after) + 1} of 200: loss`))
    expect(resumed.output).to.not.include('epoch 1 of 200')
  })
})
