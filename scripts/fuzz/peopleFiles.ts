import path from 'node:path'
import { readdir } from 'node:fs/promises'

import { at } from '../../src/numeric/at.js'
import { readPrompts } from '../../src/offline/prompts.js'
import { readJudgedData } from '../../src/outcomes/readJudgedData.js'
import { mutateFiles } from './mutateFiles.js'
import type { Target } from './target.js'

const one = (name: string, text: string) => new Map([[name, Buffer.from(text)]])
const lines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')

const OUTCOMES = [
  {
    prompt: 'what is a cat?',
    scores: { a: 1, b: 0.5, c: 0 },
    category: 'animals',
    source: 'x',
    split: 'train',
  },
  { prompt: 'two\nlines', scores: { a: 0, b: 1 }, source: 'y' },
  { prompt: 'é', scores: { c: 1 }, output_tokens: { c: 12 } },
]
const COMPARISONS = [
  { prompt: 'which?', model_a: 'a', model_b: 'b', winner: 'model_a' },
  { prompt: 'which?', model_a: 'b', model_b: 'c', winner: 'tie' },
]
const SCORES = [
  { prompt: 'x', llm: 'a', score: 1 },
  { prompt: 'x', llm: 'b', score: 0 },
]

/** Files of outcomes and of prompts, which people write by hand and by spreadsheet. */
export const peopleFiles: readonly Target[] = [
  {
    name: 'outcomes',
    codes: ['INVALID_FILE'],
    seeds: [
      one('o.jsonl', lines(OUTCOMES)),
      one('o.jsonl', lines(COMPARISONS)),
      one('o.jsonl', lines(SCORES)),
      one('o.json', JSON.stringify([...OUTCOMES, ...COMPARISONS], null, 1)),
      one('o.csv', 'prompt,a,b,category\nwhat is a cat?,1,0.5,animals\n"two\nlines",0,,\n'),
      one('o.csv', 'prompt;model_a;model_b;winner\nwhich?;a;b;A\nwhich?;b;c;tie\n'),
      one('o.csv', 'prompt,llm,score\nx,a,1\nx,b,0\n'),
    ],
    mutate: mutateFiles,
    read: async (folder) => {
      await readJudgedData([await onlyFile(folder)])
    },
  },
  {
    name: 'prompts',
    codes: ['INVALID_FILE'],
    seeds: [
      one('p.txt', 'what is a cat?\n\nwhat is a dog?\n'),
      one(
        'p.jsonl',
        lines([
          { prompt: 'what is a cat?', id: 1 },
          { prompt: 'x', id: 'y' },
        ]) + '"text"\n',
      ),
      one('p.csv', 'id,Prompt\n1,what is a cat?\n2,"x, y"\n'),
      one('p.json', '[\n"a",\n{"prompt": "b"}\n]'),
    ],
    mutate: mutateFiles,
    read: async (folder) => {
      const prompts = readPrompts(await onlyFile(folder))
      for (let next = await prompts.next(); next.done !== true;) next = await prompts.next()
    },
  },
]

/** One that a change has taken away is asked for all the same. */
async function onlyFile(folder: string): Promise<string> {
  const names = await readdir(folder)
  return path.join(folder, names.length === 0 ? 'missing' : at(names, 0))
}
