import { createServer } from 'node:http'
import type { Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface Asked {
  model: string
  messages: { role: string; content: string }[]
  [parameter: string]: unknown
}

/** Answers a request badly. */
export type Fault = (response: ServerResponse, asked: Asked) => void

/** What an LLM of the stand-in says to the last message. */
export type Persona = (prompt: string, asked: Asked) => string

/** An endpoint like that of OpenAI whose LLMs are functions, with faults when a test asks for them. */
export class StandIn {
  readonly requests: Asked[] = []
  /** Of the header Authorization of each request. */
  readonly keys: (string | undefined)[] = []
  /** Used up one a request, before anything is answered. */
  faults: Fault[] = []
  /** Base URL. */
  url = ''
  /** Whether it says which LLMs it has. */
  hasList = true
  /** Of each answer. */
  delayMs = 0
  /** Requests that were open at once, at most. */
  peak = 0
  #open = 0
  readonly #llms: Readonly<Record<string, Persona>>
  readonly #server: Server

  constructor(llms: Readonly<Record<string, Persona>>) {
    this.#llms = llms
    this.#server = createServer((request, response) => {
      this.peak = Math.max(this.peak, ++this.#open)
      response.on('close', () => this.#open--)
      this.keys.push(request.headers.authorization)
      void text(request).then((body) => {
        if (request.url === '/v1/models' && this.hasList) {
          const data = Object.keys(this.#llms).map((id) => ({ id, object: 'model' }))
          response.writeHead(200, JSON_TYPE).end(JSON.stringify({ object: 'list', data }))
          return
        }
        if (request.url !== '/v1/chat/completions') {
          response.writeHead(404).end('<html>not here</html>')
          return
        }
        const asked = JSON.parse(body) as Asked
        this.requests.push(asked)
        const fault = this.faults.shift()
        if (fault === undefined) setTimeout(() => this.#answer(response, asked), this.delayMs)
        else fault(response, asked)
      })
    })
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #answer(response: ServerResponse, asked: Asked): void {
    const persona = this.#llms[asked.model]
    if (persona === undefined) {
      const error = { message: `The model ${asked.model} does not exist`, code: 'model_not_found' }
      response.writeHead(404, JSON_TYPE).end(JSON.stringify({ error }))
      return
    }
    const prompt = asked.messages.at(-1)?.content ?? ''
    response.writeHead(200, JSON_TYPE).end(JSON.stringify(completion(persona(prompt, asked), prompt)))
  }
}

const JSON_TYPE = { 'content-type': 'application/json' }

/** A token a word. */
function tokensOf(text: string): number {
  return text.split(/\s+/).filter((word) => word !== '').length
}

export function completion(content: string, prompt: string, finish = 'stop'): object {
  const usage = { prompt_tokens: tokensOf(prompt), completion_tokens: tokensOf(content) }
  return { choices: [{ index: 0, finish_reason: finish, message: { role: 'assistant', content } }], usage }
}

export const status =
  (
    code: number,
    headers: Record<string, string> = {},
    body: unknown = { error: { message: `fault ${code}` } },
  ): Fault =>
  (response) =>
    response.writeHead(code, { ...JSON_TYPE, ...headers }).end(JSON.stringify(body))

export const hang: Fault = () => undefined

export const reset: Fault = (response) => response.socket?.resetAndDestroy()

/** JSON that ends in the middle, with a length that says that it is all. */
export const truncated: Fault = (response, { messages }) => {
  const body = JSON.stringify(completion('cut', messages.at(-1)?.content ?? ''))
  response.writeHead(200, JSON_TYPE).end(body.slice(0, body.length / 2))
}

/** A connection that ends in the middle of an answer. */
export const torn: Fault = (response) => {
  response.writeHead(200, { ...JSON_TYPE, 'content-length': '1000' })
  response.write('{"choices": [')
  setTimeout(() => response.destroy(), 5)
}

/** A whole answer of 200 with any body. */
export const body =
  (value: unknown): Fault =>
  (response) =>
    response.writeHead(200, JSON_TYPE).end(typeof value === 'string' ? value : JSON.stringify(value))
