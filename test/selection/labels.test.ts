import { expect } from 'chai'
import fc from 'fast-check'

import { LLimitError } from '../../src/errors.js'
import { rankAnswer } from '../../src/http/openapi/rankExamples.js'
import { Labels } from '../../src/selection/labels.js'
import type { PromptRanking, RankAnswer, RankObjective, RankRequest } from '../../src/selection/ranking.js'
import { modelDescription } from '../../src/http/openapi/examples.js'
import { rejection } from '../rejection.js'

const [PROMPT] = rankAnswer.prompts as [PromptRanking]
const QUESTION = { model: 'dense_network/default', prompt: 'x' }

interface World {
  abstains?: boolean
  /** LLM -> probability that it is the cheapest that succeeds. */
  shares?: Record<string, number>
  choice?: string | null
  answer?: Partial<RankAnswer>
  objective?: RankObjective
  tiers?: Record<string, string[]>
  error?: LLimitError
}

/** Labels over a service that answers as it is told; what it was asked is kept. */
function labelsOver({ shares = {}, choice = 'a', answer, objective, abstains, tiers = {}, error }: World) {
  const asked: RankRequest[] = []
  const labels = new Labels(
    {
      rank: (request) => {
        asked.push(request)
        if (error !== undefined) return Promise.reject(error)
        const sufficiency = new Map(Object.entries(shares))
        const prompts = [{ ...PROMPT, choice, sufficiency }]
        return Promise.resolve({ ...rankAnswer, prompts, ...answer })
      },
      describeModel: (model) =>
        model === 'dense_network/mine'
          ? Promise.resolve(modelDescription)
          : Promise.reject(
              new LLimitError(model === 'dense_network/broken' ? 'MODEL_BROKEN' : 'MODEL_NOT_FOUND', 'x'),
            ),
    },
    {
      tiers: new Map(Object.entries(tiers)),
      objective: objective ?? { type: 'sufficient' },
      abstains,
      defaultModel: 'd/m',
    },
  )
  return { labels, asked }
}

async function chosen(world: World, names: string[]) {
  const answer = await labelsOver(world).labels.choose({ ...QUESTION, labels: names })
  if ('unanswered' in answer) throw new Error(answer.unanswered)
  return { ...answer, probabilities: Object.fromEntries(answer.probabilities) }
}

async function unanswered(world: World, names: string[]) {
  const answer = await labelsOver(world).labels.choose({ ...QUESTION, labels: names })
  if (!('unanswered' in answer)) throw new Error(answer.choice)
  return answer
}

describe('Labels', () => {
  it('asks for a ranking of the LLMs that the labels stand for, each once', async () => {
    const tiers = { SIMPLE: ['a', 'b'], COMPLEX: ['b', 'c'] }
    const { labels, asked } = labelsOver({ shares: { a: 1 }, tiers })
    await labels.choose({ ...QUESTION, labels: ['SIMPLE', 'COMPLEX', 'd'] })
    const [request] = asked
    expect(request?.candidates?.map(({ llm }) => llm)).to.deep.equal(['a', 'b', 'c', 'd'])
    expect(request).to.deep.include({
      model: QUESTION.model,
      prompts: ['x'],
      objective: { type: 'sufficient' },
      withSufficiency: true,
    })
  })

  it('adds up the probabilities of a label, an LLM counting for the first that has it', async () => {
    const tiers = { SIMPLE: ['a', 'b'], COMPLEX: ['b', 'c'] }
    const { choice, probabilities, confidence, source } = await chosen(
      { tiers, shares: { c: 0.4, b: 0.25, a: 0.35 }, choice: 'c' },
      ['SIMPLE', 'COMPLEX'],
    )
    expect(probabilities).to.deep.equal({ SIMPLE: 0.6, COMPLEX: 0.4 })
    // The likeliest label, though its LLMs are each less likely than another.
    expect(choice).to.equal('SIMPLE')
    expect(confidence).to.be.closeTo((0.6 - 1 / 2) / (1 - 1 / 2), 1e-12)
    expect(source).to.deep.equal({ model: rankAnswer.model, inputTokens: PROMPT.input_tokens })
  })

  it('gives every label a probability, and follows the ranking', async () => {
    const { choice, probabilities } = await chosen({ shares: { b: 1 }, choice: 'b' }, ['a', 'b', 'c'])
    expect([choice, probabilities]).to.deep.equal(['b', { a: 0, b: 1, c: 0 }])
    const tied = await chosen({ shares: { a: 0.5, b: 0.5 }, choice: 'b' }, ['a', 'b'])
    expect([tied.choice, tied.confidence]).to.deep.equal(['b', 0])
    const byValue: World = {
      shares: { a: 0.9, b: 0.1 },
      choice: 'b',
      objective: { type: 'value', dollars: 1 },
    }
    expect((await chosen(byValue, ['a', 'b'])).choice).to.equal('b')
    expect(await chosen({ shares: { a: 1 } }, ['a'])).to.include({ choice: 'a', confidence: 1 })
  })

  it('stays within [0, 1] whatever rounding does', async () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    await fc.assert(
      fc.asyncProperty(fc.array(share, { minLength: 1, maxLength: 6 }), async (all) => {
        const names = all.map((_, i) => `llm-${i}`)
        const total = all.reduce((a, b) => a + b, 1e-300)
        const shares = Object.fromEntries(all.map((one, i) => [`llm-${i}`, one / total]))
        const { confidence, probabilities } = await chosen(
          { shares, choice: 'llm-0', tiers: { T: names.slice(1) } },
          ['llm-0', ...(names.length > 1 ? ['T'] : [])],
        )
        expect(confidence).to.be.within(0, 1)
        for (const p of Object.values(probabilities)) expect(p).to.be.within(0, 1)
      }),
    )
  })

  it('names the label of an LLM that is not known, with names that are close', async () => {
    const tiers = { SIMPLE: ['a', 'gpt-99'] }
    const answer = { unknown: ['gpt-99'], suggestions: new Map([['gpt-99', ['gpt-9', 'gpt-8']]]) }
    expect(await unanswered({ tiers, answer }, ['SIMPLE', 'b'])).to.deep.equal({
      unanswered:
        'expected a tier or an LLM of dense_network/default, got "gpt-99"; nearest known names: gpt-9, gpt-8',
      label: 'SIMPLE',
    })
    const none = { unknown: ['x'], suggestions: new Map([['x', []]]) }
    expect((await unanswered({ answer: none }, ['x', 'a'])).unanswered).to.include(
      'got "x"; no known name is close',
    )
    expect((await unanswered({}, ['*'])).unanswered).to.equal('expected a tier or an LLM, got "*"')
  })

  it('says so where no LLM is known at all', async () => {
    const errors = [{ path: 'candidates[1]', message: 'candidates[1]: expected an LLM of m, got "y"' }]
    const error = new LLimitError('UNKNOWN_LLM', 'none', { errors })
    expect(await unanswered({ error }, ['x', 'y'])).to.deep.equal({
      unanswered: 'expected an LLM of m, got "y"',
      label: 'y',
    })
    const other = new LLimitError('OVERLOADED', 'full')
    expect(
      await rejection(labelsOver({ error: other }).labels.choose({ ...QUESTION, labels: ['a'] })),
    ).to.equal(other)
  })

  it('gives the reason and the fallback where the objective has no choice', async () => {
    const prompts = [
      {
        ...PROMPT,
        choice: null,
        fallback: 'b',
        abstained_reason: 'objective' as const,
        reason: 'Nothing is good enough.',
        sufficiency: new Map(),
      },
    ]
    expect(await unanswered({ answer: { prompts } }, ['a', 'b'])).to.deep.equal({
      unanswered: 'Nothing is good enough; b is the fallback',
    })
  })

  it('abstains where an answer can say so, or as the setting says', async () => {
    const abstainsFor = async (abstains: boolean | undefined, canAbstain: boolean) => {
      const world = { shares: { a: 1 }, ...(abstains !== undefined && { abstains }) }
      const { labels, asked } = labelsOver(world)
      await labels.choose({ ...QUESTION, labels: ['a'], canAbstain })
      return asked[0]?.abstains
    }
    expect(await abstainsFor(undefined, true)).to.equal(true)
    expect(await abstainsFor(undefined, false)).to.equal(false)
    expect(await abstainsFor(true, false)).to.equal(true)
    expect(await abstainsFor(false, true)).to.equal(false)
  })

  it('tells the probability that one LLM succeeds', async () => {
    const { labels, asked } = labelsOver({})
    const [first] = PROMPT.ranked
    expect(await labels.successOf({ ...QUESTION, llm: 'a' })).to.deep.include({
      probability: first?.probability,
    })
    expect(asked[0]).to.deep.include({ objective: { type: 'best' } })
    const prompts = [
      {
        ...PROMPT,
        ranked: [],
        choice: null,
        fallback: null,
        reason: 'No candidate is left for this prompt.',
      },
    ]
    expect(
      await labelsOver({ answer: { prompts } }).labels.successOf({ ...QUESTION, llm: 'a' }),
    ).to.deep.equal({
      unanswered: 'No candidate is left for this prompt',
    })
  })

  it('names the tiers with LLMs that the default model does not know', async () => {
    const errors = [{ path: 'candidates[0]', message: 'candidates[0]: expected an LLM of d/m, got "x"' }]
    const error = new LLimitError('UNKNOWN_LLM', 'none', { errors })
    const { labels, asked } = labelsOver({ tiers: { A: ['x'], B: ['y'] }, error })
    expect(await labels.unknownTiers()).to.deep.equal([
      { tier: 'A', reason: 'expected an LLM of d/m, got "x"' },
      { tier: 'B', reason: 'expected an LLM of d/m, got "x"' },
    ])
    expect(asked.map(({ model }) => model)).to.deep.equal(['d/m', 'd/m'])
    expect(await labelsOver({ tiers: { A: ['a'] } }).labels.unknownTiers()).to.deep.equal([])
  })

  it('takes a saved model of ours, and the default for any other name', async () => {
    const { labels } = labelsOver({})
    expect(await labels.modelFor('dense_network/mine')).to.equal('dense_network/mine')
    expect(await labels.modelFor('dense_network/theirs')).to.equal('d/m')
    expect(await labels.modelFor('llimit')).to.equal('d/m')
    expect(await rejection(labels.modelFor('dense_network/broken'))).to.include({ code: 'MODEL_BROKEN' })
  })
})
