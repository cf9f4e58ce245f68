import { ErrorReply, RESP_TYPES, createClient } from 'redis'
import type { Logger } from 'winston'

import { LLimitError } from '../../errors.js'
import { Availability } from './availability.js'
import type { CachedEmbedding } from './embedding.js'
import { decodeEmbedding, encodeEmbedding } from './embeddingBytes.js'
import type { SecondLevel } from './remoteCache.js'

const KEY_PREFIX = 'llimit:embedding:'
/** A week: prompts that come back do so soon, and an encoder that was replaced leaves nothing behind for long. */
const TTL_SECONDS = 7 * 24 * 3600
/** A lookup longer than this is a miss: computing one prompt takes about as long. */
const LOOKUP_MS = 20
/** More for many keys: a thousand values are 1.5 MB. */
const LOOKUP_MS_PER_KEY = 0.05
/** After a lookup that failed nothing is asked for so long, so a Redis that hangs slows few requests down. */
const PAUSE_MS = 1000
/** Commands that may wait to be sent or answered, about 2 KB each; further ones fail at once. */
const MAX_PENDING_COMMANDS = 10_000

export interface RedisCacheOptions {
  /** redis[s]://[[user][:password]@]host[:port][/database] */
  url: string
  log: Logger
  /** Longest lookup of one key. */
  lookupMs?: number
  /** Rest after a lookup that failed. */
  pauseMs?: number
}

/**
 * Embeddings in Redis. Nothing here waits for a connection: while there is none, every lookup is a miss at once and every
 * write is dropped, and the client reconnects by itself.
 */
export class RedisCache implements SecondLevel<CachedEmbedding> {
  readonly #client: ReturnType<typeof createBinaryClient>
  readonly #lookupMs: number
  readonly #pauseMs: number
  readonly #lookups: Availability
  readonly #writes: Availability
  #pausedUntil = 0
  #closed = false

  /** @throws LLimitError INVALID_CONFIG for a URL that is none of Redis. */
  constructor({ url, log, lookupMs = LOOKUP_MS, pauseMs = PAUSE_MS }: RedisCacheOptions) {
    this.#client = createBinaryClient(url)
    this.#lookupMs = lookupMs
    this.#pauseMs = pauseMs
    this.#lookups = new Availability('the Redis cache', log)
    this.#writes = new Availability('writing to the Redis cache', log)
    this.#client.on('ready', () => this.#lookups.works())
    this.#client.on('error', (error: unknown) => this.#lookups.fails(error))
    // It rejects only when the client is closed before it ever connected; errors come as events.
    this.#client.connect().catch(() => undefined)
  }

  async getMany(keys: readonly string[]): Promise<(CachedEmbedding | undefined)[]> {
    if (keys.length === 0 || !this.#usable()) return keys.map(() => undefined)
    try {
      const replies = this.#client.mGet(keys.map((key) => KEY_PREFIX + key))
      const values = await within(replies, this.#lookupMs + keys.length * LOOKUP_MS_PER_KEY)
      this.#lookups.works()
      return values.map((bytes) => (bytes === null ? undefined : decodeEmbedding(bytes)))
    } catch (error) {
      this.#pausedUntil = performance.now() + this.#pauseMs
      if (!this.#closed) this.#lookups.fails(error)
      return keys.map(() => undefined)
    }
  }

  set(key: string, value: CachedEmbedding): void {
    if (!this.#usable()) return
    const expiration = { type: 'EX', value: TTL_SECONDS } as const
    this.#client.set(KEY_PREFIX + key, encodeEmbedding(value), { expiration }).then(
      () => this.#writes.works(),
      (error: unknown) => {
        // What else can go wrong is the connection, of which the client tells.
        if (error instanceof ErrorReply) this.#writes.fails(error)
      },
    )
  }

  /** Ends the connection at once; writes that are under way may be lost. */
  close(): Promise<void> {
    this.#closed = true
    if (this.#client.isOpen) this.#client.destroy()
    return Promise.resolve()
  }

  #usable(): boolean {
    return this.#client.isReady && performance.now() >= this.#pausedUntil
  }
}

function createBinaryClient(url: string) {
  try {
    return createClient({
      url,
      // Known to every version of Redis and to what is compatible with it.
      RESP: 2,
      // The client's own timeout costs a timer per command and covers only the time until it is sent.
      commandOptions: { timeout: 0, typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
      disableOfflineQueue: true,
      commandsQueueMaxLength: MAX_PENDING_COMMANDS,
    })
  } catch (cause) {
    // The URL itself may hold a password.
    throw new LLimitError('INVALID_CONFIG', 'the URL of the Redis cache is not a redis:// or rediss:// URL', {
      cause,
    })
  }
}

async function within<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    const error = new Error(`no answer within ${Math.round(milliseconds)} ms`)
    timer = setTimeout(() => reject(error), milliseconds)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
