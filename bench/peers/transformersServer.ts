import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * transformers.js behind the request of embedding servers, as one would write it from its documentation.
 * node transformersServer.js <folder with its node_modules> <folder of models> <port>
 */

/** The few parts of transformers.js that are used here; the package is not a dependency of the project. */
interface TransformersJs {
  env: { localModelPath: string; allowRemoteModels: boolean }
  pipeline: (task: 'feature-extraction', model: string, options: { dtype: 'fp32' }) => Promise<Extractor>
}
type Extractor = (
  texts: readonly string[],
  options: { pooling: 'mean'; normalize: true },
) => Promise<{ tolist: () => number[][] }>

/** The default of sentence-transformers; one batch of a thousand padded prompts would need gigabytes. */
const PROMPTS_PER_CALL = 32

const [modules = '', models = '', port = ''] = process.argv.slice(2)
const member = path.join(modules, 'node_modules/@huggingface/transformers/dist/transformers.node.mjs')
const { env, pipeline } = (await import(pathToFileURL(member).href)) as TransformersJs
env.localModelPath = models
env.allowRemoteModels = false
const extract = await pipeline('feature-extraction', 'all-MiniLM-L6-v2', { dtype: 'fp32' })

const server = createServer((request, response) => {
  const reply = (status: number, body: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  if (request.url === '/health') {
    reply(200, { status: 'healthy' })
    return
  }
  embed(request).then(
    (data) => reply(200, { data }),
    (error: unknown) => reply(500, { error: String(error) }),
  )
})
server.listen(Number(port), '127.0.0.1')

async function embed(request: IncomingMessage): Promise<{ embedding: number[] }[]> {
  const chunks = (await request.toArray()) as Buffer[]
  const { input } = JSON.parse(Buffer.concat(chunks).toString()) as { input: string[] }
  const data: { embedding: number[] }[] = []
  for (let begin = 0; begin < input.length; begin += PROMPTS_PER_CALL) {
    const vectors = await extract(input.slice(begin, begin + PROMPTS_PER_CALL), {
      pooling: 'mean',
      normalize: true,
    })
    data.push(...vectors.tolist().map((embedding) => ({ embedding })))
  }
  return data
}
