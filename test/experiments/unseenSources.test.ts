import { expect } from 'chai'

import { JOINT_METRICS } from '../../src/evaluate/joint.js'
import { evaluateUnseenSources } from '../../src/experiments/unseenSources.js'
import type { EmbeddedData } from '../../src/experiments/predictOutcomes.js'
import type { UnseenSourcesReport } from '../../src/experiments/unseenSources.js'
import { startBackend } from '../../src/tensor/backend.js'
import { comparisonOf, flatteringWorld, QUICK } from './sources.js'

describe('evaluateUnseenSources', () => {
  let report: UnseenSourcesReport
  before(async () => {
    await startBackend(['wasm'])
    report = await evaluateUnseenSources(comparisonOf(flatteringWorld(), { recipe: QUICK }), 3)
  })

  const valueOf = (name: string, system: string) =>
    report.metrics.find((row) => row.metric === name && row.system === system)?.value

  it('leaves every source out once', () => {
    expect(report.sources).to.have.members(['easy', 'middle', 'hard'])
    expect(report.routed.map(({ source }) => source)).to.have.members(['easy', 'middle', 'hard'])
  })

  it('orders LLMs by their ability, which raw means do not', () => {
    expect(valueOf('order of LLMs', 'recipe')).to.be.greaterThan(0.7)
    expect(valueOf('order of LLMs', 'LLM mean')).to.be.lessThan(0.5)
    expect(valueOf('pairs', 'recipe')).to.be.greaterThan(Number(valueOf('pairs', 'LLM mean')) + 0.05)
  })

  it('routes on a source never seen beside the best constant of the training data', () => {
    for (const { recipe, constant } of report.routed) {
      expect(recipe).to.be.within(0, 1)
      expect(constant).to.be.within(0, 1)
    }
    // Abilities are all that there is: the best LLM is the best choice for every prompt.
    expect(valueOf('routed', 'best constant')).to.be.closeTo(Number(valueOf('routed', 'recipe')), 0.1)
  })

  it('knows better from a failure what a source is like than if LLMs failed independently', () => {
    for (const { title: metric } of Object.values(JOINT_METRICS).slice(1)) {
      const shared = report.metrics.find((row) => row.metric === metric && row.system === 'shared difficulty')
      const independent = report.metrics.find((row) => row.metric === metric && row.system === 'independence')
      expect(shared?.value, metric).to.be.lessThan(Number(independent?.value))
      expect(independent?.difference?.value, metric).to.be.greaterThan(0)
    }
  })

  it('stays with the best constant where the guard asks for more than there is', () => {
    const routed = (system: string) => Number(valueOf('routed', system))
    expect(routed('guard, z = 0.25')).to.be.within(0, 1)
    // Abilities are all that there is: no LLM but the best constant is better by much.
    expect(routed('guard, z = 1.5')).to.be.closeTo(routed('best constant'), 0.03)
  })

  it('sets the guard of the recipe beside the best constant, source by source, and measures bounds', () => {
    const { guard, familiarity } = report.careful
    expect(guard.z).to.equal(QUICK.guard.z)
    expect(guard.sources.map(({ source }) => source)).to.have.members(['easy', 'middle', 'hard'])
    for (const { source, prompts, best, constant } of guard.sources) {
      expect(prompts).to.equal(75)
      const row = report.routed.find((own) => own.source === source)
      expect(best).to.be.closeTo(Number(row?.recipe), 1e-9)
      expect(constant).to.be.closeTo(Number(row?.constant), 1e-9)
    }
    // 15 dev prompts of each of three sources, which two trainings know.
    expect(guard.known?.prompts).to.equal(45)
    expect(familiarity.at(-1)?.unseen.prompts).to.equal(225)
  })

  it('measures the level: a hard source is predicted too well, whoever predicts it', () => {
    expect(valueOf('log loss', 'recipe')).to.be.greaterThan(0.5)
    expect(valueOf('width', 'recipe')).to.be.within(0.05, 1)
    expect(valueOf('coverage', 'recipe')).to.be.within(0, 1)
  })

  it('gives a setup the prompts of the visible sources only to learn from', async () => {
    const world = flatteringWorld()
    const learned: string[] = []
    const told: string[] = []
    const embed = (prompts: EmbeddedData['data']['outcomes']['prompts']) => {
      const visible = prompts.filter(({ split }) => split === 'train').map(({ source }) => source)
      learned.push([...new Set(visible)].sort().join(' '))
      return world.embeddings
    }
    const setups = [{ name: 'recipe', recipe: QUICK, embed }]
    const onTraining = (text: string) => void told.push(text)
    await evaluateUnseenSources({ data: world.data, setups, seed: 1, onTraining }, 3)
    expect(learned).to.deep.equal(['hard middle', 'easy middle', 'easy hard'])
    expect(told[0]).to.equal('without group 1 of the sources: recipe')
  })
})
