import { expect } from 'chai'
import fc from 'fast-check'

import { auc, aucStatistic } from '../../src/metrics/auc.js'
import { calibrationError, calibrationErrorStatistic, BINS } from '../../src/metrics/calibration.js'
import { pairwiseAccuracy, pairwiseStatistic } from '../../src/metrics/pairwise.js'
import { brier, brierStatistic, logLoss, logLossStatistic } from '../../src/metrics/properScores.js'
import {
  oracleStatistic,
  randomStatistic,
  routedScore,
  routedStatistic,
} from '../../src/metrics/routedScore.js'
import type { ScoredOutcomes, Statistic } from '../../src/metrics/scoredOutcomes.js'
import { near, rows, scored, weights, writtenOut } from './scored.js'
import type { Row } from './scored.js'

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

function groups(outcomes: ScoredOutcomes): { score: number; prediction: number }[][] {
  return Array.from({ length: outcomes.prompts }, (_, p) =>
    Array.from(outcomes.prompt, (prompt, i) => ({
      prompt,
      score: outcomes.score[i] ?? 0,
      prediction: outcomes.prediction[i] ?? 0,
    })).filter(({ prompt }) => prompt === p),
  )
}

/** Every metric once more, from its definition and without thought of speed. */
const PLAIN: Record<string, (outcomes: ScoredOutcomes) => number> = {
  auc: (outcomes) => {
    const all = groups(outcomes).flat()
    let won = 0
    let pairs = 0
    for (const x of all) {
      for (const y of all) {
        const weight = x.score * (1 - y.score)
        pairs += weight
        won += weight * (x.prediction > y.prediction ? 1 : x.prediction === y.prediction ? 0.5 : 0)
      }
    }
    return won / pairs
  },
  pairwise: (outcomes) =>
    mean(
      groups(outcomes).flatMap((group) =>
        group.flatMap((x) =>
          group
            .filter((y) => x.score > y.score)
            .map((y) => (x.prediction > y.prediction ? 1 : x.prediction === y.prediction ? 0.5 : 0)),
        ),
      ),
    ),
  logLoss: (outcomes) =>
    mean(
      groups(outcomes)
        .flat()
        .map(({ score, prediction }) => {
          const p = prediction === 0 ? 1e-7 : prediction === 1 ? 1 - 1e-7 : prediction
          return -(score * Math.log(p) + (1 - score) * Math.log(1 - p))
        }),
    ),
  brier: (outcomes) =>
    mean(
      groups(outcomes)
        .flat()
        .map(({ score, prediction }) => (score - prediction) ** 2),
    ),
  calibrationError: (outcomes) => {
    const all = groups(outcomes).flat()
    const parts = Array.from({ length: BINS }, (_, b) => {
      const isLast = b === BINS - 1
      const inBin = all.filter(({ prediction: p }) => p >= b / BINS && (p < (b + 1) / BINS || isLast))
      if (inBin.length === 0) return 0
      const gap = Math.abs(mean(inBin.map((o) => o.prediction)) - mean(inBin.map((o) => o.score)))
      return (gap * inBin.length) / all.length
    })
    return all.length === 0 ? NaN : parts.reduce((sum, part) => sum + part, 0)
  },
  routed: (outcomes) =>
    mean(
      groups(outcomes)
        .filter((group) => group.length > 1)
        .map((group) => {
          const highest = Math.max(...group.map(({ prediction }) => prediction))
          return mean(group.filter(({ prediction }) => prediction === highest).map(({ score }) => score))
        }),
    ),
  oracle: (outcomes) =>
    mean(
      groups(outcomes)
        .filter((group) => group.length > 1)
        .map((group) => Math.max(...group.map(({ score }) => score))),
    ),
  random: (outcomes) =>
    mean(
      groups(outcomes)
        .filter((group) => group.length > 1)
        .map((group) => mean(group.map(({ score }) => score))),
    ),
}

const STATISTICS: Record<string, (outcomes: ScoredOutcomes) => Statistic> = {
  auc: aucStatistic,
  pairwise: pairwiseStatistic,
  logLoss: logLossStatistic,
  brier: brierStatistic,
  calibrationError: calibrationErrorStatistic,
  routed: routedStatistic,
  oracle: oracleStatistic,
  random: randomStatistic,
}

describe('metrics', () => {
  for (const [name, plain] of Object.entries(PLAIN)) {
    it(`${name} is what its definition says, for the whole and for every sample of prompts`, () => {
      fc.assert(
        fc.property(rows, weights, (all, often) => {
          const statistic = STATISTICS[name]?.(scored(all))
          const value = statistic?.() ?? Infinity
          const sampled = statistic?.(Float64Array.from(often)) ?? Infinity
          return near(value, plain(scored(all))) && near(sampled, plain(writtenOut(all, often)))
        }),
        { numRuns: 300 },
      )
    })
  }

  it('of the short form are those of the statistics', () => {
    fc.assert(
      fc.property(rows, (all) => {
        const outcomes = scored(all)
        expect(near(auc(outcomes.prediction, outcomes.score), aucStatistic(outcomes)())).to.equal(true)
        expect(pairwiseAccuracy(outcomes)).to.deep.equal(pairwiseStatistic(outcomes)())
        expect(logLoss(outcomes)).to.deep.equal(logLossStatistic(outcomes)())
        expect(brier(outcomes)).to.deep.equal(brierStatistic(outcomes)())
        expect(calibrationError(outcomes)).to.deep.equal(calibrationErrorStatistic(outcomes)())
        expect(routedScore(outcomes)).to.deep.equal(routedStatistic(outcomes)())
      }),
    )
  })

  it('auc counts an outcome as often as its weight says', () => {
    const all: Row[] = [
      [0, 1, 0.9],
      [1, 0, 0.95],
      [2, 0, 0.1],
    ]
    const { prediction, score } = scored(all)
    expect(auc(prediction, score)).to.equal(0.5)
    expect(auc(prediction, score, Float64Array.of(1, 1, 3))).to.equal(0.75)
  })

  it('sort a million outcomes once, rather than compare each with each', () => {
    const length = 1_000_000
    const prediction = Float64Array.from({ length }, (_, i) => (i * 7919) % 1009)
    const score = Float64Array.from({ length }, (_, i) => i % 2)
    expect(auc(prediction, score)).to.be.closeTo(0.5, 0.01)
  })
})
