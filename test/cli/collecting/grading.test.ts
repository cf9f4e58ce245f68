import { expect } from 'chai'

import { readJudgedData } from '../../../src/outcomes/readJudgedData.js'
import { CollectFixture, numeric } from './collectFixture.js'

describe('llimit collect, grading', () => {
  const fixture = new CollectFixture()
  beforeEach(() => fixture.open())
  afterEach(() => fixture.close())

  it('grades by a command, a judge and pairs, each line its own', async () => {
    const own = [
      { prompt: 'What is 1 + 4?', grader: 'command', sum: 5 },
      { prompt: 'What is 2 + 4?', grader: 'judge' },
      { prompt: 'What is 3 + 4?', grader: 'pairwise', category: 'c' },
      { prompt: 'What is 4 + 4?', grader: 'regex', pattern: '^I add' },
    ]
    const command = `grep -qx "$(sed 's/.*"sum":\\([0-9]*\\).*/\\1/' "$2")" "$1"`
    const args = ['--llms', 'right,wrong,code', '--judge', 'fair', '--command', command]
    // The judge of single answers gives no verdicts, so this run leaves its line out.
    const { status, stdout } = await fixture.collect([...args], { prompts: own })
    expect(status).to.equal(1)
    expect(stdout).to.match(/failed 3 x: fair as a judge: expected a line "Mark/)
    const [byCommand, byPattern] = await fixture.written('outcomes.jsonl')
    expect(byCommand?.['scores']).to.deep.equal({ right: 0, wrong: 0, code: 1 })
    expect(byPattern?.['scores']).to.deep.equal({ right: 1, wrong: 0, code: 0 })
    const compared = await fixture.written('comparisons.jsonl')
    const label = { prompt: 'What is 3 + 4?', category: 'c' }
    expect(compared).to.deep.include.members([
      { ...label, model_a: 'code', model_b: 'wrong', winner: 'model_a', consistent: true },
      { ...label, model_a: 'right', model_b: 'wrong', winner: 'model_a', consistent: true },
      { ...label, model_a: 'code', model_b: 'right', winner: 'tie', consistent: false },
    ])
    const { comparisons } = await readJudgedData([fixture.file('comparisons.jsonl')])
    expect(comparisons.a).to.have.length(3)
  })

  it('measures how far a second grader agrees, and asks no judge twice', async () => {
    const args = [
      ...numeric('right', 'wrong'),
      '--second-grader',
      'judge',
      '--judge',
      'judge',
      '--sample',
      '24',
    ]
    const first = await fixture.collect([...args, '--json'])
    const { agreement } = JSON.parse(first.stdout) as {
      agreement: { graded: number; agreement: number; kappa: number }
    }
    // The judge takes both answers "4" to the first prompt for wrong: 13 pass by number, 11 of them by the judge.
    expect(agreement.graded).to.equal(24)
    expect(agreement.agreement).to.be.closeTo(22 / 24, 1e-12)
    const chance = (13 / 24) * (11 / 24) + (11 / 24) * (13 / 24)
    expect(agreement.kappa).to.be.closeTo((22 / 24 - chance) / (1 - chance), 1e-12)
    const before = fixture.standIn.requests.length
    expect((await fixture.collect(args)).stdout).to.match(
      /second grader: agrees on 91\.7 % of 24, kappa 0\.834/,
    )
    expect(fixture.standIn.requests).to.have.length(before)
  })

  it('shows a judge that prefers a place', async () => {
    const args = ['--llms', 'right,wrong', '--grader', 'pairwise', '--judge', 'fair']
    const { stdout } = await fixture.collect([
      ...args,
      '--second-grader',
      'pairwise',
      '--second-judge',
      'biased',
    ])
    expect(stdout).to.match(/comparisons: 12, 11 with the same verdict in both orders/)
    expect(stdout)
      .to.match(/right .* 0\.958/)
      .and.to.match(/second grader: agrees on 8\.3 % of 12/)
  })
})
