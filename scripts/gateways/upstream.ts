import type { AddressInfo } from 'node:net'
import { createServer } from 'node:http'

import { z } from 'zod'

const requestSchema = z.object({ model: z.string() })

/** Answers as the OpenAI API does, for whatever LLM it is asked: gateways have to send the prompt to somebody. */
export async function startUpstream(): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      const { model } = requestSchema.parse(JSON.parse(Buffer.concat(pieces).toString('utf8')))
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(completion(model)))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${port}/v1`, close }
}

function completion(model: string): object {
  const message = { role: 'assistant', content: `This is ${model}.` }
  return {
    id: 'completion',
    object: 'chat.completion',
    created: 0,
    model,
    choices: [{ index: 0, finish_reason: 'stop', message }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  }
}
