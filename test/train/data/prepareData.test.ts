import { expect } from 'chai'

import { extractFeatures, fitFeatures } from '../../../src/features/features.js'
import { at } from '../../../src/numeric/at.js'
import { gatherRows, matrixOf, rowOf } from '../../../src/numeric/matrix.js'
import { prepareData, untrainableLlms } from '../../../src/train/data/prepareData.js'
import { recipeSchema } from '../../../src/train/recipe.js'
import { judged } from '../../outcomes/judged.js'
import { thrownBy } from '../../rejection.js'

const recipe = recipeSchema.parse({ data: { smallest_category: 2 } })

/** [P, 2], different for each prompt. */
const embeddingsOf = (P: number) =>
  matrixOf(
    Float32Array.from({ length: 2 * P }, (_, i) => i / 10),
    2,
  )

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

describe('prepareData', () => {
  it('fits the features to the training prompts alone, and joins them to the embeddings', () => {
    const texts = ['short', 'a longer prompt, with a question?', 'what does physics say of a cell?']
    const data = judged([row(at(texts, 0), 'train'), row(at(texts, 2), 'dev'), row(at(texts, 1), 'train')])
    const { features, train, dev, trainEmbeddings, devEmbeddings } = prepareData(
      data,
      embeddingsOf(3),
      recipe,
    )
    expect(features).to.deep.equal(fitFeatures([at(texts, 0), at(texts, 1)]))
    const embeddings = embeddingsOf(3)
    expect(trainEmbeddings).to.deep.equal(gatherRows(embeddings, [0, 2]))
    expect(devEmbeddings).to.deep.equal(gatherRows(embeddings, [1]))
    expect(dev.inputs.data).to.deep.equal(
      Float32Array.of(...rowOf(embeddings, 1), ...extractFeatures(at(texts, 2), features)),
    )
    expect([train.inputs.columns, dev.inputs.columns]).to.deep.equal([46, 46])
    expect(rowOf(train.inputs, 1).slice(0, 2)).to.deep.equal(rowOf(embeddings, 2).slice())
  })

  it('joins the categories that few training prompts have, and adds none of dev', () => {
    const categories = ['code', 'law', 'code', '', 'verse', 'sums', 'sums']
    const rows = [
      ...categories.map((category, p) => row(`train ${p}`, 'train', category)),
      ...['sums', 'law', 'new', ''].map((category, p) => row(`dev ${p}`, 'dev', category)),
    ]
    const { categories: names, train, dev } = prepareData(judged(rows), embeddingsOf(11), recipe)
    expect(names).to.deep.equal(['code', 'other', 'sums'])
    expect(Array.from(train.category)).to.deep.equal([0, 1, 0, -1, 1, 2, 2])
    expect(Array.from(dev.category)).to.deep.equal([2, 1, 1, -1])
  })

  it('has no category but those of the data if none is small', () => {
    const rows = [row('1', 'train', 'code'), row('2', 'train', 'code'), row('3', 'dev', 'new')]
    const { categories, dev } = prepareData(judged(rows), embeddingsOf(3), recipe)
    expect(categories).to.deep.equal(['code'])
    expect(Array.from(dev.category)).to.deep.equal([-1])
    const without = prepareData(judged([row('1', 'train'), row('3', 'dev')]), embeddingsOf(2), recipe)
    expect(without.categories).to.deep.equal([])
  })

  it('keeps the LLMs that training knows, from outcomes or comparisons', () => {
    const rows = [row('1', 'train', '', { a: 1 }), row('2', 'dev', '', { a: 1, b: 0, c: 1 })]
    const { llms, dev } = prepareData(
      judged(rows, [{ prompt: '1', a: 'c', b: 'a' }]),
      embeddingsOf(2),
      recipe,
    )
    expect(llms).to.deep.equal(['a', 'c'])
    expect(Array.from(dev.llm)).to.deep.equal([0, 1])
  })

  it('leaves out just the LLMs that it names beforehand', () => {
    const rows = [row('1', 'train', '', { a: 1 }), row('2', 'dev', '', { a: 1, b: 0, c: 1 })]
    const data = judged(rows, [{ prompt: '2', a: 'd', b: 'a' }])
    expect(untrainableLlms(data, recipe)).to.deep.equal(['b', 'c', 'd'])
    expect(prepareData(data, embeddingsOf(2), recipe).llms).to.deep.equal(['a'])
    expect(untrainableLlms(judged(rows.slice(0, 1)), recipe)).to.deep.equal([])
  })

  it('takes splits by a hash of the text if there are none, whatever the order', () => {
    const rows = Array.from({ length: 300 }, (_, p) =>
      row(`prompt ${p}`, '', '', { [`llm ${p}`]: 1, all: 1 }),
    )
    const wide = recipeSchema.parse({ data: { dev_share: 0.3 } })
    const known = prepareData(judged(rows), embeddingsOf(300), wide)
    // 90 with a standard deviation of 8.
    expect(known.dev.category.length).to.be.closeTo(90, 32)
    expect(known.train.category.length + known.dev.category.length).to.equal(300)
    // The LLM of each training prompt is known: so the same prompts are taken from the other end.
    expect(prepareData(judged(rows.toReversed()), embeddingsOf(300), wide).llms).to.deep.equal(known.llms)
  })

  it('rejects data without a train or a dev split, and other splits are neither', () => {
    const error = thrownBy(() =>
      prepareData(judged([row('1', 'train'), row('2', 'test')]), embeddingsOf(2), recipe),
    )
    expect(error).to.include({
      code: 'INVALID_FILE',
      message:
        'the data: expected prompts of split "train" and of split "dev", got 1 and 0 of 2; ' +
        'give a "split" to each prompt, or to none',
    })
  })

  it('says that a hash split the data if it leaves one empty', () => {
    const error = thrownBy(() => prepareData(judged([row('1', '')]), embeddingsOf(1), recipe))
    expect(error.message).to.match(
      /by a hash of the text \(data.dev_share 0\.\d+\): give more prompts, or a "split"/,
    )
  })

  it('rejects dev prompts that no trained LLM was judged on, naming the files', () => {
    const rows = [row('1', 'train', '', { a: 1 }), row('2', 'dev', '', { b: 1 })]
    const data = {
      ...judged(rows),
      files: [
        { name: 'one.jsonl', sha256: '' },
        { name: 'two.csv', sha256: '' },
      ],
    }
    const error = thrownBy(() => prepareData(data, embeddingsOf(2), recipe))
    expect(error).to.include({ code: 'INVALID_FILE' })
    expect(error.message).to.match(/^one\.jsonl, two\.csv: expected a prompt of split "dev"/)
  })
})
