import { execFileSync } from 'node:child_process'

import { expect } from 'chai'
import ts from 'typescript'

import type { RankBody } from '../../src/playground/request.js'
import { snippet } from '../../src/playground/snippets.js'

const BASE = 'http://localhost:8000/llm/'
const BODY: RankBody = {
  model: 'dense_network/default',
  prompt: 'It\'s "quoted" $HOME `ls` \\ back\nnext line – ünï 🙂',
  candidates: ['gpt-4o', 'llama-3.1-8b-instruct'],
  objective: { type: 'value', dollars: 0.01 },
}
const TARGETS = [
  { name: 'llama-3.1-8b-instruct', maker: 'Meta' },
  { name: 'gpt-4o', maker: 'OpenAI' },
]

describe('the request as code', () => {
  it('for a shell: curl gets the body as it is', () => {
    const printed = snippet('curl', BASE, BODY, TARGETS).replace(/^curl /, String.raw`printf '%s\0' `)
    const [url, , , , data] = execFileSync('sh', ['-c', printed], { encoding: 'utf8' }).split('\0')
    expect(url).to.equal(`${BASE}rank`)
    expect(JSON.parse(data ?? '')).to.deep.equal(BODY)
  })

  it('for TypeScript: it runs and asks the same', async () => {
    const code = ts.transpileModule(
      `async function run() {\n${snippet('TypeScript', BASE, BODY, TARGETS)}}\nrun()`,
      {
        reportDiagnostics: true,
        compilerOptions: { target: ts.ScriptTarget.ES2022 },
      },
    )
    expect(code.diagnostics).to.deep.equal([])
    const asked: unknown[] = []
    const shown: unknown[] = []
    const fakeFetch = (url: string, { body }: { body: string }) => {
      asked.push(url, JSON.parse(body))
      return Promise.resolve({
        ok: true,
        json: () => Promise.resolve({ prompts: [{ choice: 'a', reason: 'b' }] }),
      })
    }
    const fakeConsole = { log: (...values: unknown[]) => shown.push(...values) }
    // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call
    await new Function('fetch', 'console', code.outputText.replace(/run\(\);?\s*$/, 'return run()'))(
      fakeFetch,
      fakeConsole,
    )
    expect(asked).to.deep.equal([`${BASE}rank`, BODY])
    expect(shown).to.deep.equal(['a', 'b'])
  })

  it('for Python: the literal is the body', () => {
    const code = snippet('Python', BASE, BODY, TARGETS)
    const literal = /body = (\{.*?\n\})\n/s.exec(code)?.[1] ?? ''
    // Without the commas at the ends it is JSON, as there are no booleans.
    expect(JSON.parse(literal.replaceAll(/,(\n\s*[\]}])/g, '$1'))).to.deep.equal(BODY)
    expect(code).to.include(`"${BASE}rank"`)
  })

  it('for LiteLLM: each LLM is a tier by the name that it has here', () => {
    const yaml = snippet('LiteLLM', BASE, BODY, TARGETS)
    expect(yaml).to.include('LLIMIT_OBJECTIVE=value:dollars=0.01')
    expect(yaml).to.include('api_base: "http://localhost:8000/llm", api_key: none')
    expect(yaml).to.include('fallback_tier: "gpt-4o"')
    expect(yaml).to.include('{ model: "openai/gpt-4o" }').and.to.include('{ model: "llama-3.1-8b-instruct" }')
    for (const { name } of TARGETS) {
      expect(yaml).to.include(`- { name: "${name}", description: "${name}" }`)
      expect(yaml).to.include(`\n          "${name}": "${name}"\n`)
    }
    expect(
      snippet('LiteLLM', BASE, { ...BODY, objective: { type: 'budget', dollars: 1 } }, TARGETS),
    ).to.not.include('LLIMIT_OBJECTIVE=')
  })
})
