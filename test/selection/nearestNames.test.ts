import { readFileSync } from 'node:fs'
import path from 'node:path'

import { expect } from 'chai'

import { cardSchema } from '../../src/card.js'
import { NameResolver } from '../../src/catalogue/nameResolver.js'
import { rowsByName } from '../../src/numeric/indices.js'
import { rowsOfLlms } from '../../src/selection/llmRows.js'
import { repositoryRoot } from '../repository.js'
import { thrownBy } from '../rejection.js'

/** What was asked -> names of the shipped model's first version, of which one at least must be among the nearest. */
const WANTED = {
  'gpt-4o': ['gpt-4o-2024-05-13', 'gpt-4o-2024-08-06'],
  'gpt-4o-mini': ['gpt-4o-mini-2024-07-18'],
  o1: ['o1-mini-2024-09-12', 'o1-preview-2024-09-12'],
  'openai/gpt-4o': ['gpt-4o-2024-05-13', 'gpt-4o-2024-08-06'],
  'GPT-4o-2024-05-13': ['gpt-4o-2024-05-13'],
  deepseek: ['deepseek-coder-v2', 'deepseek-v2-chat-0628'],
} as const

describe('fault 23: the nearest names of LLMs that are not known', () => {
  const card = path.join(repositoryRoot, 'saved_models/dense_network/default@1/card.json')
  const { llms } = cardSchema.parse(JSON.parse(readFileSync(card, 'utf8')))
  const resolver = new NameResolver(llms, new Map())

  it('are those of the name that was meant, however it was typed or copied', () => {
    const copied = [
      'gpt\u20114o',
      'gpt\u20134o',
      'g\u0440t-4o',
      '\uff47\uff50\uff54-4o',
      'gpt-4o\u200b',
      'gpt-40',
    ]
    for (const asked of copied) {
      expect(resolver.resolve(asked), asked).to.equal(undefined)
      expect(resolver.suggest(asked)[0], asked).to.match(/^gpt-4o-2024/)
    }
  })

  for (const [asked, wanted] of Object.entries<readonly string[]>(WANTED)) {
    it(`are those of the same LLM for ${asked}, in the message and in the field`, () => {
      const known = { model: 'm', rows: rowsByName(llms), resolver: () => resolver, resolves: false }
      const { message, errors } = thrownBy(() => rowsOfLlms([asked], known))
      const [, names] = /\(nearest: ([^)]+)\)$/.exec(message) ?? []
      expect(names?.split(', ')).to.satisfy((nearest: string[]) =>
        wanted.some((name) => nearest.includes(name)),
      )
      expect(errors[0]?.message).to.contain(`nearest known names: ${String(names)}`)
    })
  }
})
