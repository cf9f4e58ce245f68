import http from 'node:http'
import https from 'node:https'
import type { IncomingHttpHeaders } from 'node:http'

/** Bytes of an answer: far above the longest one, and far below what memory holds. */
const MAX_ANSWER_BYTES = 2 ** 26

interface Posted {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

/**
 * Posts JSON and reads the whole answer. Node's own `fetch` ends whatever takes more than five minutes to begin, and an LLM that
 * thinks may; redirections are not followed, so that no key goes where nobody sent it. The agent is that of the process, which keeps
 * connections open, and uses a proxy if Node is told to.
 * @throws Error of the connection, with its `code`; the reason of the signal.
 */
export function postJson(
  url: URL,
  body: unknown,
  { headers, signal }: { headers: Readonly<Record<string, string>>; signal: AbortSignal },
): Promise<Posted> {
  const isSecure = url.protocol === 'https:'
  const content = Buffer.from(JSON.stringify(body))
  return new Promise((resolve, reject) => {
    const request = (isSecure ? https : http).request(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'content-length': content.length },
      signal,
    })
    request.on('error', reject)
    request.on('response', (response) => {
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        bytes += chunk.length
        if (bytes > MAX_ANSWER_BYTES)
          response.destroy(new Error(`expected an answer of at most ${MAX_ANSWER_BYTES} bytes, got more`))
      })
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        resolve({ status: Number(response.statusCode), headers: response.headers, text })
      })
    })
    request.end(content)
  })
}
