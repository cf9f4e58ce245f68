/**
 * Three servers that share a Redis behind nginx with deploy/nginx.conf, under load: each is stopped and started again, one after
 * the other; then one is killed. Prints what became of the requests, and ends with 1 if one was lost.
 *   npm run rolling-restart          needs nginx and redis-server
 */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'

import { ROOT } from '../src/config/settings.js'
import { Load } from './rolling/load.js'
import type { Outcomes } from './rolling/load.js'
import { Replica, until } from './rolling/replica.js'

const REPLICAS = 3
const CLIENTS = 3
const STEADY_MS = 5_000

const folder = await mkdtemp(path.join(os.tmpdir(), 'llimit-rolling-'))
const [redisPort, nginxPort, ...ports] = (await freePorts(2 + REPLICAS)) as [number, number, ...number[]]
const settings = {
  LLIMIT_REDIS_URL: `redis://127.0.0.1:${redisPort}`,
  LLIMIT_PRELOAD: 'dense_network/default,dense_network/default@1',
  LLIMIT_STOP_PAUSE_S: '3',
  LLIMIT_STOP_DEADLINE_S: '12',
}
const replicas = ports.map((port) => new Replica(port, settings))
const redis = spawn('redis-server', ['--port', String(redisPort), '--save', '', '--bind', '127.0.0.1'], {
  stdio: 'ignore',
})
const conf = path.join(folder, 'nginx.conf')
await writeFile(conf, await ownConfiguration())
const nginx = spawn('nginx', ['-c', conf, '-g', 'daemon off;'], { stdio: 'inherit' })
try {
  await Promise.all(replicas.map((replica) => replica.start()))
  const phases = await restartUnderLoad(`http://127.0.0.1:${nginxPort}`)
  const metrics = (name: string) => Promise.all(replicas.map((replica) => replica.metric(name)))
  const hits = await metrics('llimit_cache_hits_total')
  const misses = await metrics('llimit_cache_misses_total')
  process.stdout.write(`${JSON.stringify({ phases, cache: { hits, misses } }, undefined, 1)}\n`)
  const isLost = Object.values(phases).some((outcomes) =>
    Object.keys(outcomes).some((outcome) => outcome !== '200'),
  )
  if (isLost) process.exitCode = 1
} finally {
  await Promise.all(replicas.map((replica) => replica.stop('SIGTERM')))
  nginx.kill('SIGQUIT')
  redis.kill('SIGTERM')
  await rm(folder, { recursive: true, force: true })
}

async function restartUnderLoad(url: string): Promise<Record<string, Outcomes>> {
  const [first] = replicas
  if (first === undefined) throw new Error('Expected replicas, got none')
  await until(async () => (await fetch(`${url}/ready`)).ok)
  const load = new Load(url, CLIENTS)
  const phases: Record<string, Outcomes> = {}
  await setTimeout(STEADY_MS)
  phases['steady'] = load.take()
  for (const replica of replicas) {
    const exit = await replica.stop('SIGTERM')
    if (exit[0] !== 0) throw new Error(`a server that was stopped ended with ${String(exit)}`)
    await replica.start()
  }
  phases['each stopped and started'] = load.take()
  await first.stop('SIGKILL')
  await setTimeout(STEADY_MS)
  await first.start()
  await setTimeout(STEADY_MS)
  phases['one killed, and started again'] = load.take()
  await load.end()
  return phases
}

/** deploy/nginx.conf with the addresses and folders of this run. */
async function ownConfiguration(): Promise<string> {
  const text = await readFile(path.join(ROOT, 'deploy/nginx.conf'), 'utf8')
  return text
    .replaceAll(
      /server llimit-(\d):8000/g,
      (_, number: string) => `server 127.0.0.1:${ports[Number(number) - 1]}`,
    )
    .replace('listen 8080', `listen 127.0.0.1:${nginxPort}`)
    .replaceAll('/tmp/nginx', path.join(folder, 'nginx'))
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  const found = servers.map(
    (server) =>
      new Promise<number>((resolve) =>
        server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
      ),
  )
  const free = await Promise.all(found)
  for (const server of servers) server.close()
  return free
}
