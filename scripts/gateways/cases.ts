import type { EnvironmentName } from './environments.js'

/** A client that is run, and what it chooses from. */
export interface Case {
  /** File of `examples/`. */
  file: string
  environment: EnvironmentName
  /** In front of the prompt. */
  args?: readonly string[]
  candidates: readonly string[]
  objective: object
}

const PAIR = ['gpt-4o-mini', 'gpt-5']
/** Those of `examples/litellm/tiers.json`. */
const TIERS = ['gpt-4.1-nano', 'gpt-4o-mini', 'gpt-5-mini', 'gpt-5']
const sufficient = { type: 'sufficient' }

export const CASES: readonly Case[] = [
  { file: 'rank.py', environment: 'plain-python', candidates: PAIR, objective: sufficient },
  { file: 'rank.ts', environment: 'plain-node', candidates: PAIR, objective: sufficient },
  { file: 'typed-client.ts', environment: 'client', candidates: PAIR, objective: sufficient },
  {
    file: 'generated_client.py',
    environment: 'openapi-python-client',
    candidates: PAIR,
    objective: sufficient,
  },
  { file: 'openai_sdk.py', environment: 'openai', candidates: PAIR, objective: sufficient },
  {
    file: 'semantic_router_choice.py',
    environment: 'semantic-router',
    candidates: PAIR,
    objective: sufficient,
  },
  { file: 'ai-sdk.mjs', environment: 'ai-sdk', candidates: PAIR, objective: sufficient },
  {
    file: 'litellm/router.py',
    environment: 'litellm',
    args: ['litellm/by-name.yaml'],
    candidates: PAIR,
    objective: sufficient,
  },
  {
    file: 'litellm/router.py',
    environment: 'litellm',
    args: ['litellm/by-tier.yaml'],
    candidates: TIERS,
    objective: sufficient,
  },
  {
    file: 'litellm/plugin.py',
    environment: 'litellm',
    candidates: PAIR,
    objective: { type: 'value', dollars: 0.01 },
  },
]

/** One for each of the two LLMs. */
export const PROMPTS: readonly string[] = [
  'What is Python?',
  'Find the number of ordered pairs (a,b) of integers with 1 <= a < b <= 100 such that a+b divides ab.',
]

/** The LLM in what an example prints: `choice: gpt-5`, or `answered by: gpt-5`; undefined if it names none. */
export function choiceIn(output: string): string | undefined {
  const named = [...output.matchAll(/^(?:choice|answered by): (\S+)$/gm)].at(-1)?.[1]
  return named === undefined || ['None', 'null'].includes(named) ? undefined : named
}
