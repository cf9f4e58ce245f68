import { spawn } from 'node:child_process'

import { expect } from 'chai'
import { z } from 'zod'

import { repositoryRoot } from '../repository.js'
import { LLIMIT } from './llimit.js'
import { LogLines } from './logLines.js'

const answer = z.object({ scores: z.record(z.string(), z.array(z.number())) })
const listening = z.object({
  message: z.literal('listening'),
  url: z.string(),
  address: z.object({ port: z.number() }),
})

/** The server on a free port; the log is on stderr with `--json`. */
export function launch(env: Record<string, string>, flags: readonly string[] = []) {
  return spawn(process.execPath, [LLIMIT, 'serve', ...flags], {
    cwd: repositoryRoot,
    env: { ...process.env, HOST: '127.0.0.1', PORT: '0', LLIMIT_LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Starts the server and waits until it listens. */
export async function start(env: Record<string, string>, flags: readonly string[] = []) {
  const server = launch(env, flags)
  const log = new LogLines(flags.includes('--json') ? server.stderr : server.stdout)
  return { server, log, url: urlIn(await log.until(isListening)) }
}

export function isListening(line: string): boolean {
  return listening.safeParse(JSON.parse(line)).success
}

export function isReady(line: string): boolean {
  return line.includes('"message":"ready"')
}

export function urlIn(line: string): string {
  return listening.parse(JSON.parse(line)).url
}

export function post(url: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return fetch(`${url}/infer`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
    signal: signal ?? null,
  })
}

export async function infer(
  url: string,
  body: unknown,
  signal?: AbortSignal,
): Promise<z.infer<typeof answer>> {
  const response = await post(url, body, signal)
  expect(response.status).to.equal(200)
  return answer.parse(await response.json())
}
