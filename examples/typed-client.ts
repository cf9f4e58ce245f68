// The client of ../client, with the types of the OpenAPI document: node typed-client.ts "What is Python?"
import process from 'node:process'

import { LlimitError, answerOf, createClient } from 'llimit-client'
import type { Schemas } from 'llimit-client'

const llimit = createClient({ baseUrl: 'http://localhost:8000' })
const body: Schemas['RankRequest'] = {
  prompt: process.argv[2] ?? 'What is Python?',
  candidates: ['gpt-4o-mini', 'gpt-5'],
  objective: { type: 'sufficient' },
}
try {
  const { prompts } = await answerOf(llimit.POST('/rank', { body }))
  for (const { choice, reason } of prompts) {
    console.log(reason)
    console.log('choice:', choice)
  }
} catch (error) {
  if (!(error instanceof LlimitError)) throw error
  console.error(error.code, error.message)
  process.exitCode = 1
}
