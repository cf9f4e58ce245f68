import { Agent, request } from 'node:http'

import type { Target } from './job.js'

/** Longer than the slowest answer of any system: 1,024 prompts and 300 LLMs in PyTorch on a busy machine. */
const TIMEOUT_MS = 600_000

/** Connections that are kept open, at most `connections` of them; further requests wait for one. */
export function openAgent(connections: number): Agent {
  return new Agent({ keepAlive: true, maxSockets: connections })
}

/**
 * Sends one request, with a body as POST, and reads the whole answer. The body of the answer is kept only if
 * `keep` asks for it: copying megabytes would take time from the server under test.
 * @throws Error for any status but 200, with the beginning of the answer
 */
export function send(agent: Agent, target: Target, body?: string, keep = false): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers =
      body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const method = body === undefined ? 'GET' : 'POST'
    const options = { agent, method, headers, timeout: TIMEOUT_MS }
    const sent = request(new URL(target.path, target.origin), options, (answer) => {
      const failed = answer.statusCode !== 200
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => {
        if (keep || failed) chunks.push(chunk)
      })
      answer.on('error', reject)
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        if (failed) reject(new Error(`${target.path} answered ${answer.statusCode}: ${text.slice(0, 300)}`))
        else resolve(text)
      })
    })
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)))
    sent.on('error', reject)
    sent.end(body)
  })
}
