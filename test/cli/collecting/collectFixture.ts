import { readFile } from 'node:fs/promises'
import path from 'node:path'

import { StandIn } from '../../collect/standIn.js'
import { DataFiles } from '../../outcomes/dataFiles.js'
import { llimit } from '../llimit.js'
import type { Ended } from '../llimit.js'

export const PROMPTS = Array.from({ length: 12 }, (_, i) => ({
  prompt: `What is ${i} + 4?`,
  reference: i + 4,
  category: i % 2 === 0 ? 'even' : 'odd',
}))

/** Flags for LLMs whose answers are graded by their numbers. */
export const numeric = (...llms: string[]) => ['--llms', llms.join(), '--grader', 'numeric']

function sumIn(prompt: string): number {
  const [, a, b] = /(\d+) \+ (\d+)/.exec(prompt) ?? []
  return Number(a) + Number(b)
}

/** An endpoint with LLMs that add and LLMs that judge, and a folder in which `llimit collect` runs. */
export class CollectFixture {
  standIn = new StandIn({})
  readonly #files = new DataFiles()

  async open(): Promise<void> {
    await this.#files.open()
    this.standIn = new StandIn({
      right: (prompt) => `I add. The answer is ${sumIn(prompt)}.`,
      wrong: () => 'The answer is 4.',
      code: (prompt) => `\`\`\`\n${sumIn(prompt)}\n\`\`\``,
      judge: (asked) => (asked.includes('answer is 4.') ? 'Poor.\nMark: 0' : 'Good.\nMark: 10'),
      biased: () => 'Verdict: first',
      fair: (asked) => `Verdict: ${/<first>\n.*answer is 4\.\n/.test(asked) ? 'second' : 'first'}`,
      silent: () => 'No comment.',
    })
    await this.standIn.listen()
  }

  async close(): Promise<void> {
    await this.standIn.close()
    await this.#files.close()
  }

  /** @param interruptAt as `llimit` takes it */
  async collect(
    args: readonly string[],
    {
      env = {},
      prompts = PROMPTS,
      interruptAt,
    }: { env?: Record<string, string>; prompts?: object[]; interruptAt?: string } = {},
  ): Promise<Ended> {
    await this.#files.writeRows('prompts.jsonl', prompts)
    const given = ['--prompts', 'prompts.jsonl', '--endpoint', this.standIn.url, '--out', 'out', ...args]
    const options = { cwd: this.#files.folder, env }
    return llimit(['collect', ...given], interruptAt === undefined ? options : { ...options, interruptAt })
  }

  /** A file of the output folder. */
  file(name: string): string {
    return path.join(this.#files.folder, 'out', name)
  }

  async written(name: string): Promise<Record<string, unknown>[]> {
    const text = (await readFile(this.file(name), 'utf8')).trimEnd()
    return text.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>)
  }
}
