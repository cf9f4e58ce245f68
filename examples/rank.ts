// POST /rank with nothing but fetch: node rank.ts "What is Python?" (Node 22.18 and newer run TypeScript)
import process from 'node:process'

const response = await fetch('http://localhost:8000/rank', {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    prompt: process.argv[2],
    candidates: ['gpt-4o-mini', 'gpt-5'],
    objective: { type: 'sufficient' },
  }),
  signal: AbortSignal.timeout(3000),
})
if (!response.ok) throw new Error(await response.text())
interface Answer {
  prompts: { choice: string | null; reason: string }[]
}
for (const { choice, reason } of ((await response.json()) as Answer).prompts) {
  console.log(reason)
  console.log('choice:', choice)
}
