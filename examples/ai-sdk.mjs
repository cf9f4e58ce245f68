// The decision provider of the Vercel AI SDK: node ai-sdk.mjs "What is Python?" (Node 22 and newer)
import console from 'node:console'
import process from 'node:process'

import { createTypeSafeAi } from '@ai-sdk/typesafe-ai'
import { experimental_evaluate as evaluate } from 'ai'

const llimit = createTypeSafeAi({ baseURL: 'http://localhost:8000/v1', apiKey: 'none' })
const { answers } = await evaluate({
  model: llimit.evaluationModel('llimit'),
  state: process.argv[2],
  questions: {
    llm: {
      type: 'choice',
      instructions: 'Which LLM should answer?',
      // LLimit reads the names alone.
      criteria: { 'gpt-4o-mini': 'cheap', 'gpt-5': 'strong' },
    },
  },
})
console.log('choice:', answers.llm.choice)
