import { expect } from 'chai'

import { extractFeatures, fitFeatures } from '../../../src/features/features.js'
import { prepare, unknownLlms } from '../../../src/train/data/prepare.js'
import { recipeSchema } from '../../../src/train/recipe.js'
import { judged } from '../../outcomes/judged.js'
import { refusal } from '../../rejection.js'

const recipe = recipeSchema.parse({ data: { smallest_category: 2 } })

/** [P, 2], different for each prompt. */
const embeddingsOf = (P: number) => Float32Array.from({ length: 2 * P }, (_, i) => i / 10)

const row = (
  prompt: string,
  split: string,
  category = '',
  scores: Record<string, number> = { a: 1, b: 0 },
) => ({
  prompt,
  split,
  category,
  scores,
})

describe('prepare', () => {
  it('fits the features to the training prompts alone, and joins them to the embeddings', () => {
    const texts = ['short', 'a longer prompt, with a question?', 'what does physics say of a cell?']
    const data = judged([
      row(texts[0] ?? '', 'train'),
      row(texts[2] ?? '', 'dev'),
      row(texts[1] ?? '', 'train'),
    ])
    const { features, train, dev, trainEmbeddings, devEmbeddings } = prepare(data, embeddingsOf(3), recipe)
    expect(features).to.deep.equal(fitFeatures([texts[0] ?? '', texts[1] ?? '']))
    const embeddings = embeddingsOf(3)
    expect(trainEmbeddings).to.deep.equal(
      Float32Array.of(...embeddings.subarray(0, 2), ...embeddings.subarray(4, 6)),
    )
    expect(devEmbeddings).to.deep.equal(embeddings.slice(2, 4))
    expect(dev.inputs).to.deep.equal(
      Float32Array.of(...embeddings.subarray(2, 4), ...extractFeatures(texts[2] ?? '', features)),
    )
    expect([train.width, dev.width]).to.deep.equal([46, 46])
    expect(train.inputs.subarray(46, 48)).to.deep.equal(embeddings.slice(4, 6))
  })

  it('joins the categories that few training prompts have, and knows no other of dev', () => {
    const categories = ['code', 'law', 'code', '', 'verse', 'sums', 'sums']
    const rows = [
      ...categories.map((category, p) => row(`train ${p}`, 'train', category)),
      ...['sums', 'law', 'new', ''].map((category, p) => row(`dev ${p}`, 'dev', category)),
    ]
    const { categories: names, train, dev } = prepare(judged(rows), embeddingsOf(11), recipe)
    expect(names).to.deep.equal(['code', 'other', 'sums'])
    expect(Array.from(train.category)).to.deep.equal([0, 1, 0, -1, 1, 2, 2])
    expect(Array.from(dev.category)).to.deep.equal([2, 1, 1, -1])
  })

  it('has no category but those of the data where none is small', () => {
    const rows = [row('1', 'train', 'code'), row('2', 'train', 'code'), row('3', 'dev', 'new')]
    const { categories, dev } = prepare(judged(rows), embeddingsOf(3), recipe)
    expect(categories).to.deep.equal(['code'])
    expect(Array.from(dev.category)).to.deep.equal([-1])
    const without = prepare(judged([row('1', 'train'), row('3', 'dev')]), embeddingsOf(2), recipe)
    expect(without.categories).to.deep.equal([])
  })

  it('keeps the LLMs that training knows, from outcomes or comparisons', () => {
    const rows = [row('1', 'train', '', { a: 1 }), row('2', 'dev', '', { a: 1, b: 0, c: 1 })]
    const { llms, dev } = prepare(judged(rows, [{ prompt: '1', a: 'c', b: 'a' }]), embeddingsOf(2), recipe)
    expect(llms).to.deep.equal(['a', 'c'])
    expect(Array.from(dev.llm)).to.deep.equal([0, 1])
  })

  it('leaves out just the LLMs that it names beforehand', () => {
    const rows = [row('1', 'train', '', { a: 1 }), row('2', 'dev', '', { a: 1, b: 0, c: 1 })]
    const data = judged(rows, [{ prompt: '2', a: 'd', b: 'a' }])
    expect(unknownLlms(data, recipe)).to.deep.equal(['b', 'c', 'd'])
    expect(prepare(data, embeddingsOf(2), recipe).llms).to.deep.equal(['a'])
    expect(unknownLlms(judged(rows.slice(0, 1)), recipe)).to.deep.equal([])
  })

  it('takes splits by a hash of the text where there is none, whatever the order', () => {
    const rows = Array.from({ length: 300 }, (_, p) =>
      row(`prompt ${p}`, '', '', { [`llm ${p}`]: 1, all: 1 }),
    )
    const wide = recipeSchema.parse({ data: { dev_share: 0.3 } })
    const known = prepare(judged(rows), embeddingsOf(300), wide)
    // 90 with a standard deviation of 8.
    expect(known.dev.category.length).to.be.closeTo(90, 32)
    expect(known.train.category.length + known.dev.category.length).to.equal(300)
    // The LLM of each training prompt is known: so the same prompts are taken from the other end.
    expect(prepare(judged(rows.toReversed()), embeddingsOf(300), wide).llms).to.deep.equal(known.llms)
  })

  it('refuses data without a train or a dev split, and other splits are neither', () => {
    const error = refusal(() =>
      prepare(judged([row('1', 'train'), row('2', 'test')]), embeddingsOf(2), recipe),
    )
    expect(error).to.include({ code: 'INVALID_REQUEST' })
    expect(error.message).to.match(/the data has 1 and 0 of 2$/)
  })

  it('says that a hash took the splits where they leave one empty', () => {
    const error = refusal(() => prepare(judged([row('1', '')]), embeddingsOf(1), recipe))
    expect(error.message).to.match(
      /by a hash of the text \(data.dev_share 0\.\d+\); give more prompts, or a "split"/,
    )
  })
})
