import { Socket } from 'node:net'

import { ErrorReply, RESP_TYPES, createClient } from 'redis'
import type { Logger } from 'winston'

import { LLimitError } from '../../errors.js'
import { at } from '../../numeric/at.js'
import type { CachedEmbedding } from './embedding.js'
import { decodeEmbedding, encodeEmbedding } from './embeddingBytes.js'
import type { RemoteCache } from './promptCache.js'

const KEY_PREFIX = 'llimit:embedding:'
/** A week: prompts that come back do so soon, and an encoder that was replaced leaves nothing behind for long. */
const TTL_SECONDS = 7 * 24 * 3600
/** A lookup that takes longer is a miss: computing one prompt takes about as long. */
const LOOKUP_TIMEOUT_MS = 20
/** More for many keys: a thousand values are 1.5 MB. */
const LOOKUP_TIMEOUT_MS_PER_KEY = 0.05
/** After a lookup that failed none is tried for so long, so a Redis that hangs slows few requests down. */
const PAUSE_MS = 1000
/** Commands that may wait to be sent or answered, about 2 KB each; further ones fail at once. */
const MAX_PENDING_COMMANDS = 10_000

/** More than ten times the largest lookup: what sends so much before a reply has ended is no Redis that is in order. */
const MAX_REPLY_BYTES = 32 * 2 ** 20
/** Before a server that did so is connected to again; one that is away is tried more often. */
const RECONNECT_AFTER_FLOOD_MS = 10_000
const MAX_RECONNECT_MS = 2_000

interface RedisCacheOptions {
  /** redis[s]://[[user][:password]@]host[:port][/database] */
  url: string
  log: Logger
  /** Of one key. */
  lookupTimeoutMs?: number
  /** After a lookup that failed. */
  pauseMs?: number
}

/**
 * Embeddings in Redis. Nothing here waits for a connection: while there is none, every lookup is a miss at once and every
 * write is dropped, and the client reconnects by itself.
 */
export class RedisCache implements RemoteCache<CachedEmbedding> {
  readonly #client: ReturnType<typeof createBinaryClient>
  readonly #replies = new ReplyBound()
  readonly #lookupTimeoutMs: number
  readonly #pauseMs: number
  readonly #lookups: Availability
  readonly #writes: Availability
  #pausedUntil = 0
  #closed = false

  /** @throws LLimitError INVALID_CONFIG if the URL is not a Redis URL. */
  constructor({ url, log, lookupTimeoutMs = LOOKUP_TIMEOUT_MS, pauseMs = PAUSE_MS }: RedisCacheOptions) {
    this.#client = createBinaryClient(url, this.#replies)
    this.#lookupTimeoutMs = lookupTimeoutMs
    this.#pauseMs = pauseMs
    this.#lookups = new Availability('Redis cache', log)
    this.#writes = new Availability('Redis cache for writing', log)
    this.#client.on('ready', () => this.#lookups.available())
    this.#client.on('error', (error: unknown) => this.#lookups.unavailable(error))
    // It rejects only when the client is closed before it ever connected; errors come as events.
    this.#client.connect().catch(() => undefined)
  }

  async getMany(keys: readonly string[]): Promise<(CachedEmbedding | undefined)[]> {
    if (keys.length === 0 || !this.#usable()) return keys.map(() => undefined)
    try {
      const replies = this.#client.mGet(keys.map((key) => KEY_PREFIX + key))
      replies.then(
        () => this.#replies.ended(),
        () => undefined,
      )
      const values = await within(replies, this.#lookupTimeoutMs + keys.length * LOOKUP_TIMEOUT_MS_PER_KEY)
      if (values.length !== keys.length)
        throw new Error(`expected ${keys.length} values, got ${values.length}`)
      this.#lookups.available()
      return keys.map((key, i) => {
        const bytes = at(values, i)
        return Buffer.isBuffer(bytes) ? decodeEmbedding(key, bytes) : undefined
      })
    } catch (error) {
      this.#pausedUntil = performance.now() + this.#pauseMs
      if (!this.#closed) this.#lookups.unavailable(error)
      return keys.map(() => undefined)
    }
  }

  set(key: string, value: CachedEmbedding): void {
    if (!this.#usable()) return
    const expiration = { type: 'EX', value: TTL_SECONDS } as const
    this.#client.set(KEY_PREFIX + key, encodeEmbedding(key, value), { expiration }).then(
      () => {
        this.#replies.ended()
        this.#writes.available()
      },
      (error: unknown) => {
        // Anything else is the connection, which the client reports as an event.
        if (error instanceof ErrorReply) this.#writes.unavailable(error)
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

/** Ends a connection on which too much comes before a reply ends: the client would keep all of it. */
class ReplyBound {
  readonly #watched = new WeakSet<Socket>()
  #bytes = 0
  #floodedAt = -Infinity

  /** Bytes of the next reply count from here. */
  ended(): void {
    this.#bytes = 0
  }

  watch(socket: Socket): void {
    if (this.#watched.has(socket)) return
    this.#watched.add(socket)
    this.#bytes = 0
    socket.on('data', ({ length }: Buffer) => {
      this.#bytes += length
      // The client connects again at once the first time, whatever pause it is told.
      if (this.#bytes <= MAX_REPLY_BYTES && !this.#isFlooded) return
      if (!this.#isFlooded) this.#floodedAt = performance.now()
      socket.destroy(new Error(`expected replies of at most ${MAX_REPLY_BYTES} bytes, got more`))
    })
  }

  get #isFlooded(): boolean {
    return performance.now() - this.#floodedAt < RECONNECT_AFTER_FLOOD_MS
  }

  /** Milliseconds before another connection is tried. */
  pauseAfter(retries: number): number {
    return this.#isFlooded ? RECONNECT_AFTER_FLOOD_MS : Math.min(MAX_RECONNECT_MS, 50 * 2 ** retries)
  }
}

/**
 * What a socket is made with: the client passes it on to Node, whose streams take how they read from it. It is the one place
 * where a socket of the client is seen. A socket with TLS ignores it: who answers there has shown a certificate.
 */
function watchedReads(replies: ReplyBound): object {
  return {
    read(this: Socket, size: number) {
      replies.watch(this)
      Socket.prototype._read.call(this, size)
    },
  }
}

function createBinaryClient(url: string, replies: ReplyBound) {
  try {
    return createClient({
      url,
      socket: { ...watchedReads(replies), reconnectStrategy: (retries) => replies.pauseAfter(retries) },
      // Known to every version of Redis and to what is compatible with it.
      RESP: 2,
      // The client's own timeout costs a timer per command and covers only the time until it is sent.
      commandOptions: { timeout: 0, typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
      disableOfflineQueue: true,
      commandsQueueMaxLength: MAX_PENDING_COMMANDS,
    })
  } catch (cause) {
    // The URL itself may hold a password.
    const expected = 'redis://[user][:password]@host[:port][/number], or the same with rediss://'
    const message = `expected ${expected}, with other characters in percent encoding`
    throw new LLimitError('INVALID_CONFIG', message, { cause })
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

/** Logs when something becomes unavailable and available again, once each, not once per failure. */
class Availability {
  readonly #what: string
  readonly #log: Logger
  #isAvailable: boolean | undefined

  /** @param what at the start of a sentence: "Redis cache". */
  constructor(what: string, log: Logger) {
    this.#what = what
    this.#log = log
  }

  available(): void {
    if (this.#isAvailable !== true) this.#log.info(`${this.#what} available`)
    this.#isAvailable = true
  }

  unavailable(error: unknown): void {
    if (this.#isAvailable !== false)
      this.#log.warn(`${this.#what} unavailable; continuing without it`, { error })
    this.#isAvailable = false
  }
}
