import { spawn } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'

import { expect } from 'chai'

import { bundleServer } from '../../scripts/bundle.js'
import { LogLines } from '../cli/logLines.js'
import { isListening, urlIn } from '../cli/server.js'
import { repositoryRoot } from '../repository.js'

const folder = path.join(repositoryRoot, 'dist/bundleOfTest')

describe('bundleServer', () => {
  let files: string[]
  before(async () => (files = await bundleServer(repositoryRoot, folder)))
  after(() => rm(folder, { recursive: true }))

  /** What a server that runs a program answers, each answer as text. */
  const answersOf = async (program: string, requests: readonly { path: string; body?: object }[]) => {
    const args = [program, 'serve', '--host', '127.0.0.1', '--port', '0', '--log-level', 'info']
    const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      const url = urlIn(await new LogLines(server.stdout).until(isListening))
      const answers: string[] = []
      for (const { path: asked, body } of requests) {
        const headers = { 'content-type': 'application/json' }
        const sent = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) }
        const response = await fetch(url + asked, sent)
        expect(response.status, asked).to.equal(200)
        answers.push(await response.text())
      }
      return answers
    } finally {
      server.kill('SIGKILL')
    }
  }

  it('answers what the modules answer, from threads and files beside them too', async () => {
    const model = { model: 'dense_network/default', models_to_score: ['gpt-4o-2024-05-13'] }
    const requests = [
      { path: '/infer', body: { ...model, prompts: ['What is Python?'] } },
      // A body of this size is parsed in a thread.
      { path: '/infer', body: { ...model, prompts: Array<string>(10).fill('word '.repeat(20_000)) } },
      { path: '/rank', body: { prompt: 'What is Python?', top: 3 } },
      { path: '/playground' },
      { path: '/openapi.json' },
      { path: '/docs' },
      { path: '/redoc' },
    ]
    const bundled = await answersOf(path.join(folder, 'program.js'), requests)
    const own = await answersOf(path.join(repositoryRoot, 'dist/src/cli/program.js'), requests)
    expect(bundled).to.deep.equal(own)
  })

  it('has what a server loads at its start, and leaves heavy packages and other commands where they are', () => {
    expect(files).to.include.members(['dist/src/http/app.js', 'dist/src/scorer/loadInline.js'])
    expect(files.filter((file) => file.startsWith('node_modules/express/'))).to.not.be.empty
    const left =
      /node_modules\/(?:@tensorflow|onnxruntime-node|redis|swagger-ui-dist|redoc)\/|src\/(?:train|evaluate|convert)\//
    expect(files.filter((file) => left.test(file))).to.deep.equal([])
  })

  it('has the license of every package that is in it', async () => {
    const text = await readFile(path.join(folder, 'LICENSES.txt'), 'utf8')
    const parts = text.split(`\n\n${'-'.repeat(80)}\n\n`)
    const packages = new Set(
      files.flatMap(
        (file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0].slice('node_modules/'.length) ?? [],
      ),
    )
    expect(parts).to.have.lengthOf(packages.size)
    for (const name of packages) {
      const own = parts.find((part) => part.startsWith(`${name} (`))
      expect(own, name).to.match(/\((?:MIT|ISC|Apache-2\.0|BSD-\d-Clause|BlueOak-1\.0\.0)\)/)
    }
  })

  it('has maps that name sources of ours', async () => {
    const { sources } = JSON.parse(await readFile(path.join(folder, 'program.js.map'), 'utf8')) as {
      sources: string[]
    }
    expect(sources.map((source) => path.resolve(folder, source))).to.include(
      path.join(repositoryRoot, 'src/cli/program.ts'),
    )
  })
})
