import { setImmediate } from 'node:timers/promises'

import type { Random } from '../../src/numeric/random.js'
import { permutation } from '../../src/numeric/random.js'

/** A request, ready to be sent. */
export interface Request {
  path: string
  /** Of a POST; without it a GET. */
  body?: string
}

/** What is asked again and again, open loop: the next is sent whether or not the last is answered. */
export interface Stream {
  kind: string
  /** Requests a second. */
  perSecond: number
  next: (random: Random) => Request
  /** How the client behaves; `reads` by default. */
  client?: 'reads' | 'leaves' | 'is slow' | 'reads nothing'
  /** Statuses that are no fault, besides 200 and 429. */
  expects?: readonly number[]
}

/** Requests whose times have a bound. */
export const HEALTH = 'GET /health'
export const SINGLE = '/infer, one prompt'
/** More single prompts than the server can compute, when all else has ended: most are rejected. */
const FLOOD = '/infer, one prompt, four times what it can do'

/** Served by the static encoder, whose versions are swapped. */
const SWAPPED = 'dense_network/default'
/** Served by the transformer, so that there is a queue. */
const TRANSFORMER = 'dense_network/llimit-reference'
const BROKEN = 'dense_network/broken'

const LLMS = ['gpt-4o-2024-05-13', 'llama-3.1-8b-instruct', 'gpt-4o-mini']
const REFERENCE_LLMS = LLMS.slice(0, 2)
const WORDS =
  'prove that the square root of two is not a ratio write some code in python which sorts a list of names by their length why does water boil at lower heat on high hills explain to me how rain forms'.split(
    ' ',
  )

/** About 20 tokens that no request before had. */
export function unseenPrompt(random: Random): string {
  const order = permutation(WORDS.length, random)
  const words = WORDS.map((_, w) => WORDS[order[w] ?? w])
  return `${words.slice(0, 16).join(' ')} ${Math.floor(random() * 1e6)}`
}

const post = (path: string, body: object): Request => ({ path, body: JSON.stringify(body) })

/** Prompts are made up so many at a time: whoever measures times must not be busy for long itself. */
const AT_ONCE = 32

/** The same in several turns of the event loop. */
export async function inferManyPrompts(count: number, random: Random): Promise<Request> {
  const prompts: string[] = []
  while (prompts.length < count) {
    const more = Math.min(AT_ONCE, count - prompts.length)
    for (let i = 0; i < more; i++) prompts.push(unseenPrompt(random))
    await setImmediate()
  }
  return inferRequest(prompts)
}

function inferPrompts(count: number, random: Random): Request {
  return inferRequest(Array.from({ length: count }, () => unseenPrompt(random)))
}

function inferRequest(prompts: readonly string[]): Request {
  return post('/infer', { model: TRANSFORMER, models_to_score: REFERENCE_LLMS, prompts })
}

/**
 * All but the requests of 1,024 prompts, which two clients send one after the other.
 * @param singles single prompts a second for the transformer
 */
export function streams(singles: number): Stream[] {
  const single = (random: Random) => inferPrompts(1, random)
  const ofSwapped = (random: Random) =>
    post('/infer', { model: SWAPPED, models_to_score: LLMS, prompts: [unseenPrompt(random)], details: true })
  const choices = LLMS.map((value) => ({ value }))
  return [
    { kind: HEALTH, perSecond: 10, next: () => ({ path: '/health' }) },
    { kind: 'GET /ready', perSecond: 1, next: () => ({ path: '/ready' }) },
    { kind: 'GET /models', perSecond: 1, next: () => ({ path: '/models' }) },
    { kind: SINGLE, perSecond: singles, next: single },
    { kind: '/infer, swapped model', perSecond: 10, next: ofSwapped },
    { kind: '/rank', perSecond: 10, next: (random) => post('/rank', { prompt: unseenPrompt(random) }) },
    {
      kind: '/v1/systemone',
      perSecond: 2,
      next: (random) =>
        post('/v1/systemone', {
          model: 'llimit',
          state: unseenPrompt(random),
          questions: { llm: { type: 'choice', criteria: Object.fromEntries(LLMS.map((llm) => [llm, ''])) } },
        }),
    },
    {
      kind: '/v1/decisions',
      perSecond: 2,
      next: (random) =>
        post('/v1/decisions', {
          model: 'llimit',
          input: unseenPrompt(random),
          questions: [{ type: 'choice', instructions: '', choices }],
        }),
    },
    {
      kind: 'broken model',
      perSecond: 5,
      next: (random) =>
        post('/infer', { model: BROKEN, models_to_score: ['*'], prompts: [unseenPrompt(random)] }),
      expects: [503],
    },
    {
      kind: 'client that leaves',
      perSecond: 2,
      next: (random) => inferPrompts(16, random),
      client: 'leaves',
    },
    { kind: 'slow client', perSecond: 0.5, next: ofSwapped, client: 'is slow' },
    {
      kind: 'client that reads nothing',
      perSecond: 0.2,
      next: (random) => post('/rank', { prompts: Array.from({ length: 200 }, () => unseenPrompt(random)) }),
      client: 'reads nothing',
    },
  ]
}

/** @param singles single prompts a second */
export function flood(singles: number): Stream[] {
  return [
    { kind: FLOOD, perSecond: singles, next: (random) => inferPrompts(1, random) },
    { kind: `${HEALTH}, meanwhile`, perSecond: 10, next: () => ({ path: '/health' }) },
  ]
}
