import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

import { expect } from 'chai'

import { repositoryRoot } from '../repository.js'

const BINARIES = 'onnxruntime-node/bin/napi-v6'
const OURS = `${BINARIES}/${process.platform}/${process.arch}/onnxruntime_binding.node`

describe('trim', () => {
  let folder: string
  beforeEach(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'trim-'))))
  afterEach(() => rm(folder, { recursive: true }))

  const trim = () =>
    promisify(execFile)(process.execPath, [path.join(repositoryRoot, 'dist/scripts/trim.js'), folder])
  const filesOf = async (root: string) => {
    const names = await readdir(root, { recursive: true })
    const kept: string[] = []
    for (const name of names) if ((await stat(path.join(root, name))).isFile()) kept.push(name)
    return kept.map((name) => name.split(path.sep).join('/')).sort()
  }
  const write = async (...files: string[]) => {
    for (const file of files) {
      await mkdir(path.dirname(path.join(folder, file)), { recursive: true })
      await writeFile(path.join(folder, file), 'x'.repeat(2 ** 19))
    }
  }

  it('removes ONNX Runtime for other machines and source maps, and nothing else', async () => {
    const kept = [OURS, 'onnxruntime-node/package.json', 'map/index.js', 'a/bin/napi-v6/plan9/mips/x.node']
    await write(...kept)
    await write(
      `${BINARIES}/plan9/${process.arch}/x.dll`,
      `${BINARIES}/${process.platform}/mips/x.so`,
      'a/b.js.map',
    )
    expect((await trim()).stdout).to.equal(`removed 2 MB from ${folder}\n`)
    expect(await filesOf(folder)).to.deep.equal(kept.sort())
  })

  it('leaves of the installed package what this machine loads', async () => {
    const installed = path.join(repositoryRoot, 'node_modules', path.dirname(OURS))
    const names = await filesOf(installed)
    expect(names).to.include('onnxruntime_binding.node')
    await write(...names.map((name) => path.posix.join(path.posix.dirname(OURS), name)))
    await trim()
    expect(await filesOf(path.join(folder, path.dirname(OURS)))).to.deep.equal(names)
  })
})
