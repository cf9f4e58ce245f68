import { closeSync, openSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

import { readConfig } from '../../src/config/config.js'
import { createApp } from '../../src/http/app.js'
import { startServer } from '../../src/http/server.js'
import { createLogger } from '../../src/log.js'
import { openService } from '../../src/wiring.js'
import { connectRaw } from './rawClient.js'

/**
 * A program of its own, whose file descriptors are few: prints the statuses of a few requests, with none left and again. It
 * is told a folder that has `dense_network/tiny`.
 */
const [, , root = ''] = process.argv
const config = readConfig({ savedModels: root, preload: '' })
const log = createLogger('error', { stream: process.stderr })
const { selection, close } = await openService(config, log)
const app = createApp({
  service: selection,
  limits: config.limits,
  defaultModel: 'dense_network/tiny',
  decisions: { objective: { type: 'sufficient' }, abstains: undefined, tiers: new Map(), timeoutMs: 1000 },
  version: '1',
  log,
})
const server = await startServer(app, '127.0.0.1', 0, config.limits)
const { port } = server.address() as AddressInfo
const client = await connectRaw(port)

async function ask(method: string, target: string, body = ''): Promise<string> {
  const before = client.received().length
  const head = [`${method} ${target} HTTP/1.1`, 'Host: x', 'Content-Type: application/json']
  client.socket.write([...head, `Content-Length: ${body.length}`, '', body].join('\r\n'))
  const answer = () => client.received().slice(before)
  while (!/\r\n\r\n.*}$/s.test(answer())) await sleep(5)
  const code = /"code":"(\w+)"/.exec(answer())?.[1] ?? ''
  return `${answer().slice(9, 12)} ${code}`.trim()
}

async function askAll(): Promise<string[]> {
  const infer = { models_to_score: ['a', 'b'], prompts: ['x'] }
  const about = (model: string) => JSON.stringify({ model, ...infer })
  return [
    await ask('POST', '/infer', about('dense_network/tiny')),
    await ask('GET', '/models'),
    await ask('GET', '/models/dense_network/tiny'),
    await ask('POST', '/infer', about('dense_network/nothing')),
    await ask('POST', '/infer', about('dense_network/tiny').slice(0, -1)),
  ]
}

const before = await askAll()
const taken: number[] = []
try {
  for (;;) taken.push(openSync('/dev/null', 'r'))
} catch {
  // None is left.
}
const without = await askAll()
for (const descriptor of taken) closeSync(descriptor)
const after = await askAll()
process.stdout.write(JSON.stringify({ before, without, after }))
client.socket.destroy()
server.close()
await close()
