import type { Client, ClientOptions } from 'openapi-fetch'

import type { components, paths } from './schema.js'

export type { components, operations, paths } from './schema.js'

/** The bodies of requests and answers by their names in the OpenAPI document: `Schemas['RankRequest']`. */
export type Schemas = components['schemas']

/** A function for each method; path, body and answer have the types of the route. Answers come as `data`, errors as `error`. */
export type LlimitClient = Client<paths>

/** @param options those of openapi-fetch; `baseUrl` is `http://localhost:8000` by default. */
export function createClient(options?: ClientOptions): LlimitClient

/** An answer that says what is wrong. */
export class LlimitError extends Error {
  readonly status: number
  readonly code: Schemas['Error']['code']
  /** The faults field by field. */
  readonly errors: NonNullable<Schemas['Error']['errors']>
  /** After which to try again, if the server says so. */
  readonly retryAfterSeconds: number | undefined
}

/**
 * What a call answers: `await answerOf(client.POST('/rank', { body }))`.
 * @throws LlimitError for any other answer; whatever `fetch` throws.
 */
export function answerOf<Data>(
  call: Promise<{ data?: Data; error?: Schemas['Error']; response: Response }>,
): Promise<Data>
