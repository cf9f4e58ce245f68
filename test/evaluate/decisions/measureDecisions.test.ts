import { expect } from 'chai'

import { decisionsSvg } from '../../../src/evaluate/decisions/charts.js'
import { linesOfDecisions, nameOf } from '../../../src/evaluate/decisions/describe.js'
import { measureDecisions } from '../../../src/evaluate/decisions/measureDecisions.js'
import type { DecisionReport } from '../../../src/evaluate/decisions/measureDecisions.js'
import { rejection } from '../../rejection.js'
import { judgedPrompts } from './candidates.js'

describe('measureDecisions', () => {
  let report: DecisionReport
  before(async () => {
    const pair = { strong: 'costly', weak: 'cheap' }
    report = await measureDecisions(judgedPrompts(300), {
      z: 0.5,
      deviation: 1,
      seed: 1,
      resamples: 60,
      pair,
    })
  })
  const curveNamed = (name: string) => report.curves.find((curve) => nameOf(curve) === name)
  const pointNamed = (name: string) => report.points.find((point) => point.name === name)

  it('finds what knowing the prompt is worth at the same cost', () => {
    expect([report.prompts, report.llms]).to.deep.equal([300, 3])
    const area = curveNamed('value')?.compared.at(-1)
    expect(area?.overConstants?.low).to.be.greaterThan(0)
    expect(area?.overNearest?.low).to.be.greaterThan(0)
    expect(curveNamed('value, kNN')?.compared.at(-1)?.overConstants?.low).to.be.greaterThan(0)
  })

  it('compares nothing with itself', () => {
    for (const { overConstants } of curveNamed('mixing of constants')?.compared ?? [{ overConstants: 1 }])
      expect(overConstants).to.equal(undefined)
    for (const { overNearest } of curveNamed('dial, kNN')?.compared ?? [{ overNearest: 1 }])
      expect(overNearest).to.equal(undefined)
  })

  it('has a curve for every objective, by the model and by kNN', () => {
    const objectives = ['value', 'cheapest within', 'cheapest at least', 'dial', 'budget']
    const names = report.curves.map(nameOf)
    const byNearest = objectives.map((name) => `${name}, kNN`)
    expect(names).to.have.members(['mixing of constants', ...objectives, ...byNearest, 'guarded'])
    for (const { points, compared } of report.curves) {
      expect(points.length).to.be.greaterThan(0)
      expect(compared).to.have.length(report.shares.length + 1)
    }
  })

  it('sets single choices next to mixing for what they cost', () => {
    expect(pointNamed('best constant')?.overConstants?.value).to.be.closeTo(0, 1e-12)
    expect(pointNamed('best')?.overConstants?.low).to.be.greaterThan(0.05)
    expect(pointNamed('best by kNN')?.score?.value).to.be.lessThan(Number(pointNamed('best')?.score?.value))
    expect(pointNamed('guarded, z = 0.5')?.score?.value).to.be.at.least(
      Number(pointNamed('best constant')?.score?.value),
    )
  })

  it('tries the cheapest LLM that succeeds, with and without what failures have in common', () => {
    const shared = pointNamed('sufficient')
    const independent = pointNamed('sufficient, if LLMs failed independently')
    expect(shared?.overConstants?.low).to.be.greaterThan(0)
    expect(independent?.score?.value).to.be.within(0, 1)
  })

  it('knows mixing of two LLMs as the line between them', () => {
    const { pair } = report
    expect(pair?.prompts).to.equal(300)
    const [mixing, threshold] = pair?.curves ?? []
    expect(mixing?.points).to.have.length(2)
    const scores = mixing?.compared.slice(0, 3).map(({ value }) => value?.value) ?? []
    expect(Number(scores[1])).to.be.closeTo((Number(scores[0]) + Number(scores[2])) / 2, 1e-9)
    expect(threshold?.compared.at(-1)?.overConstants?.low).to.be.greaterThan(0)
  })

  it('refuses two LLMs of which the strong one is the cheaper, or that no prompt has both of', async () => {
    const messageFor = (strong: string, weak: string) =>
      rejection(measureDecisions(judgedPrompts(20), { z: 1, seed: 1, resamples: 2, pair: { strong, weak } }))
    expect(String(await messageFor('cheap', 'costly'))).to.include(
      'expected cheap to cost more than costly, got the opposite',
    )
    expect(String(await messageFor('costly', 'other'))).to.include('both costly and other, got none')
  })

  it('is told in lines, and drawn', () => {
    const lines = linesOfDecisions(report)
    expect(lines[0]).to.match(/^300 prompts, 3 LLMs of known cost/)
    expect(lines.find((line) => line.startsWith('best constant'))).to.match(
      /\$[\d.]+ +0\.\d{3} ±0\.\d{3} +\+0\.000 ±0\.000/,
    )
    expect(lines.find((line) => line.startsWith('costly or cheap'))).to.include('300 prompts')
    const svg = decisionsSvg(report)
    expect(svg).to.match(/^<svg [^>]*viewBox="0 0 \d+ \d+"/)
    expect(svg).not.to.match(/NaN|Infinity|undefined/)
    // The objectives by the model, mixing, and value by kNN.
    expect(svg.match(/<polyline /g)).to.have.length(8)
  })
})
