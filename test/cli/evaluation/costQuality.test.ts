import { expect } from 'chai'

import type { Card } from '../../../src/card.js'
import { costQualityOf } from '../../../src/cli/evaluation/costQuality.js'
import { modelDescription } from '../../../src/http/openapi/examples.js'
import { judged } from '../../outcomes/judged.js'

const { outcomes } = judged([{ prompt: '1', scores: { a: 1, b: 0 } }])
const nearest = { type: 'predictor', name: 'kNN', predictions: new Float64Array(2) } as const
const withoutLengths: Card = { ...modelDescription.card, guard: { baseline: 'a', z: 1 } }
delete withoutLengths.lengths
const withoutGuard: Card = { ...modelDescription.card }
delete withoutGuard.guard

const selection = { rank: () => Promise.reject(new Error('asked')) }
const terminal = {
  progress: <T>(_: string, work: (report: () => void) => Promise<T>) => work(() => undefined),
}

describe('costQualityOf', () => {
  const why = async (card: Card | undefined, systems: readonly (typeof nearest)[] = [nearest]) => {
    const model = card && { name: 'm', card }
    const request = { model, outcomes, training: outcomes, systems, seed: 1 }
    const found = await costQualityOf(selection, request, terminal)
    return 'missing' in found ? found.missing : ''
  }

  it('says why nobody knows what choices cost', async () => {
    expect(await why(undefined)).to.include('Only a saved model')
    expect(await why(withoutLengths, [])).to.include('--no-baselines')
    expect(await why(withoutGuard)).to.include('m has no guard')
    expect(await why(withoutLengths)).to.include('lengths of answers, which costs need, got m.')
  })
})
