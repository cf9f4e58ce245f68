import { readFile } from 'node:fs/promises'
import path from 'node:path'

import { expect } from 'chai'

import type { Command } from '../../src/cli/commandLine/command.js'
import { helpOf } from '../../src/cli/commandLine/help.js'
import { DataFiles } from '../outcomes/dataFiles.js'
import { repositoryRoot } from '../repository.js'
import { LLIMIT, llimit, run } from './llimit.js'

const files = new DataFiles()
const manifest = await readFile(path.join(repositoryRoot, 'package.json'), 'utf8')
const { version, scripts, bin } = JSON.parse(manifest) as {
  version: string
  scripts: Record<string, string>
  bin: Record<string, string>
}
const here = (...args: string[]) => llimit(args, { cwd: files.folder })

describe('llimit', () => {
  beforeEach(() => files.open())
  afterEach(() => files.close())

  it('lists its commands, each of which has its help', async () => {
    const { status, stdout, stderr } = await here('--help')
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' })
    const names = [...stdout.matchAll(/^ {2}([a-z-]+) {2,}\w/gm)].map((match) => match[1] ?? '')
    const expected =
      'serve infer collect train add-llm learn drift shadow evaluate evaluate-unseen evaluate-decisions calibrate-threshold distill-encoder convert-model models sign-model doctor bench'
    expect(names).to.have.members(expected.split(' '))
    for (const name of names) {
      const file = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
      const { command } = (await import(`../../src/cli/${file}.js`)) as { command: Command }
      const help = helpOf(`llimit ${name}`, command)
      expect(help)
        .to.match(new RegExp(`Usage: llimit ${name} .*\\[flags\\]\n`))
        .and.to.include('--json')
      expect(command.examples.length, name).to.be.at.least(1)
      for (const example of command.examples) expect(example).to.match(new RegExp(`^llimit ${name}( |$)`))
      expect(help, name).to.not.include('undefined')
      // The npm name is the same.
      if (name === 'serve') continue
      expect(scripts[name]).to.equal(`node scripts/run.mjs src/cli/main.js ${name}`)
    }
  })

  it('prints the help of a command, and its version', async () => {
    const help = await here('train', '--name', 'x', '--help')
    expect(help).to.deep.include({ status: 0, stderr: '' })
    expect(help.stdout).to.match(
      /^Trains .*\n\nUsage: llimit train --outcomes <file>\.\.\. --name <name> \[flags\]\n/s,
    )
    expect(await here('help', 'train')).to.deep.equal(help)
    expect((await here('--version')).stdout).to.equal(`${version}\n`)
  })

  it('says in one line that it may open too few files to start', async function () {
    if (process.platform === 'win32') this.skip()
    const startWith = (limit: number) => {
      const script = `ulimit -n ${limit}; exec "$@"`
      const args = ['-c', script, 'sh', process.execPath, LLIMIT, 'train', '--help']
      return run('sh', args, { cwd: files.folder })
    }
    // Below, Node itself cannot start; how many files are enough differs by its version.
    let limit = 20
    let { status, stdout, stderr } = await startWith(limit)
    while (limit < 40 && !stderr.startsWith('error: '))
      ({ status, stdout, stderr } = await startWith(++limit))
    expect({ status, stdout }).to.deep.equal({ status: 1, stdout: '' })
    expect(stderr).to.match(/^error: too many open files .*ulimit -n.*\n$/)
  })

  const wrong: [string[], RegExp][] = [
    [[], /^error: expected a command\nusage: .*llimit --help.*\n$/],
    [['trian'], /^error: unknown command "trian"; did you mean train\?\nusage: .*\n$/],
    [
      ['infer', '--promts', 'x'],
      /^error: unknown flag --promts; did you mean --prompts\?\nusage: llimit infer .*\n$/,
    ],
    [['constructor'], /^error: unknown command "constructor"\n/],
  ]
  for (const [args, message] of wrong)
    it(`ends with 2 for: ${args.join(' ')}`, async () => {
      const { status, stdout, stderr } = await here(...args)
      expect({ status, stdout }).to.deep.equal({ status: 2, stdout: '' })
      expect(stderr).to.match(message)
    })

  it('ends with 1 if it fails, with no usage', async () => {
    const file = await files.write('broken.jsonl', '{"prompt": "x"\n')
    const { status, stdout, stderr } = await here(
      'train',
      '--outcomes',
      file,
      '--name',
      'x',
      '--out',
      'models',
    )
    expect({ status, stdout }).to.deep.equal({ status: 1, stdout: '' })
    expect(stderr).to.match(/^error: .*broken\.jsonl, line 1: .*\n$/)
  })

  it('takes relative paths from where the user stands, through npm too, and prints JSON alone', async () => {
    await files.writeRows('outcomes.jsonl', [
      { prompt: 'x', split: 'dev', scores: { a: 1, b: 0 } },
      { prompt: 'y', split: 'train', scores: { a: 1, b: 0 } },
    ])
    await files.writeRows('other.jsonl', [{ prompt: 'x', scores: { a: 0.9, b: 0.1 } }])
    const args = [
      '--predictions',
      'other.jsonl',
      '--outcomes',
      'outcomes.jsonl',
      '--json',
      '--out',
      'evaluation',
    ]
    const npm = ['--prefix', repositoryRoot, 'run', '--silent', 'evaluate', '--', ...args]
    const { status, stdout, stderr } = await run('npm', npm, { cwd: files.folder })
    expect(status, stderr).to.equal(0)
    const evaluation = JSON.parse(stdout) as { systems: { name: string }[] }
    expect(evaluation.systems.map(({ name }) => name)).to.include('other')
    const written = await readFile(path.join(files.folder, 'evaluation', 'evaluation.json'), 'utf8')
    expect(JSON.parse(written)).to.deep.equal(evaluation)

    // A program that a script of npm starts was not started by npm itself.
    const inherited = { INIT_CWD: repositoryRoot, npm_lifecycle_script: 'node scripts/run.mjs && mocha' }
    const inner = await llimit(['evaluate', ...args], { cwd: files.folder, env: inherited })
    expect(inner.status, inner.stderr).to.equal(0)
    expect(JSON.parse(inner.stdout)).to.deep.equal(evaluation)
  })

  it('is what package.json calls llimit, for a system that reads the first line', async () => {
    for (const file of ['dist/src/cli/main.js', bin['llimit'] ?? '']) {
      const text = await readFile(path.join(repositoryRoot, file), 'utf8')
      expect(text).to.match(/^#!\/usr\/bin\/env node\n/)
    }
    const { stdout } = await run('npx', ['llimit', '--version'], { cwd: repositoryRoot })
    expect(stdout).to.equal(`${version}\n`)
  })

  it('reports a cache folder that cannot be written to', async () => {
    const blocked = await files.write('file', '')
    const outcomes = await files.writeRows('outcomes.jsonl', [{ prompt: 'x', scores: { a: 1 } }])
    const args = [
      '--outcomes',
      outcomes,
      '--name',
      'x',
      '--out',
      'models',
      '--cache-dir',
      path.join(blocked, 'in'),
    ]
    const { status, stderr } = await here('train', ...args)
    expect(status).to.equal(2)
    expect(stderr).to.match(/^error: cannot write to the cache folder .*file\/in/)
  })
})
