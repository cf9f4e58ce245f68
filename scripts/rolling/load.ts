import { once } from 'node:events'
import { Agent, request } from 'node:http'
import type { IncomingMessage } from 'node:http'

/** Every eighth request is for a transformer, whose embeddings the servers share in Redis. */
const TRANSFORMER_EVERY = 8
const TRANSFORMER_PROMPTS = 50

/** Requests that were answered, by status; those that were not, by the code of their error. */
export type Outcomes = Record<string, number>

/** Clients that each send request after request on a connection that they keep. */
export class Load {
  readonly #url: string
  #outcomes: Outcomes = {}
  #isEnded = false
  readonly #clients: Promise<void>[]

  constructor(url: string, clients: number) {
    this.#url = url
    this.#clients = Array.from({ length: clients }, (_, client) => this.#run(client))
  }

  /** What happened since it was last asked. */
  take(): Outcomes {
    const outcomes = this.#outcomes
    this.#outcomes = {}
    return outcomes
  }

  async end(): Promise<void> {
    this.#isEnded = true
    await Promise.all(this.#clients)
  }

  async #run(client: number): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    for (let i = 0; !this.#isEnded; i++) {
      const outcome = await ask(this.#url, agent, bodyOf(client, i)).catch((error: unknown) =>
        error instanceof Error && 'code' in error ? String(error.code) : String(error),
      )
      const before = this.#outcomes[outcome]
      this.#outcomes[outcome] = before === undefined ? 1 : before + 1
    }
    agent.destroy()
  }
}

function bodyOf(client: number, i: number): string {
  const isTransformer = i % TRANSFORMER_EVERY === 0
  return JSON.stringify({
    model: isTransformer ? 'dense_network/default@1' : 'dense_network/default',
    models_to_score: ['gpt-4o-2024-05-13', 'llama-3.1-8b-instruct'],
    exact_names: false,
    prompts: [
      isTransformer ? `What is the square of ${i % TRANSFORMER_PROMPTS}?` : `Client ${client} asks for ${i}`,
    ],
  })
}

async function ask(url: string, agent: Agent, body: string): Promise<string> {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  const sent = request(`${url}/infer`, { method: 'POST', agent, headers })
  sent.end(body)
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  answer.resume()
  await once(answer, 'end')
  return String(answer.statusCode)
}
