import { cp, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { expect } from 'chai'
import { z } from 'zod'

import { StaticEncoder } from '../../src/encoder/static/staticEncoder.js'
import { createRandom } from '../../src/numeric/random.js'
import { emptyFolder, WORDS, writeTinyStatic } from '../encoder/static/tinyStatic.js'
import { repositoryRoot } from '../repository.js'
import { llimit } from './llimit.js'

const random = createRandom(3)
const somePrompts = Array.from({ length: 300 }, () =>
  Array.from({ length: 2 + Math.floor(random() * 6) }, () => WORDS[3 + Math.floor(random() * 7)]).join(' '),
)
const distilled = z.object({
  directory: z.string(),
  prompts: z.number(),
  heldOut: z.number(),
  cosine: z.number(),
})
const examined = z.object({ encoder: z.string(), sha256: z.string(), dimension: z.number() })

describe('llimit distill-encoder', () => {
  let root: string
  before(async () => {
    root = await emptyFolder()
    await mkdir(path.join(root, 'encoders'))
    await cp(await writeTinyStatic(), path.join(root, 'encoders', 'teacher'), { recursive: true })
    await writeFile(path.join(root, 'prompts.txt'), somePrompts.join('\n'))
  })

  const run = (args: string[]) =>
    llimit([...args, '--json'], {
      cwd: repositoryRoot,
      env: { LLIMIT_SAVED_MODELS: root, LLIMIT_CACHE_DIR: root },
    })
  const distill = [
    'distill-encoder',
    '--prompts',
    () => path.join(root, 'prompts.txt'),
    '--teacher',
    'teacher',
  ]
  const args = (name: string) => [
    ...distill.map((arg) => (typeof arg === 'string' ? arg : arg())),
    '--name',
    name,
  ]

  it('writes an encoder that is like its teacher on prompts held out, and that doctor finds well', async () => {
    const { status, stdout, stderr } = await run([...args('copy'), '--out', root])
    expect(status, stderr).to.equal(0)
    const { directory, prompts, heldOut, cosine } = distilled.parse(JSON.parse(stdout))
    expect(prompts + heldOut).to.equal(new Set(somePrompts).size)
    expect(heldOut).to.be.above(10)
    expect(cosine).to.be.within(0.9, 1)
    const { dimension, spec } = await StaticEncoder.open(directory)

    const doctor = await llimit(['doctor', '--encoder', 'copy', '--json'], {
      cwd: repositoryRoot,
      env: { LLIMIT_SAVED_MODELS: root },
    })
    const found = examined.parse(JSON.parse(doctor.stdout))
    expect(found).to.deep.equal({ encoder: 'copy', sha256: spec.sha256, dimension })
  })

  it('does not overwrite, and wants prompts', async () => {
    await run([...args('twice'), '--out', root])
    const again = await run([...args('twice'), '--out', root])
    expect(again.status).to.equal(1)
    expect(again.stderr).to.match(/choose another name/)
    const nothing = await run(['distill-encoder', '--name', 'none', '--teacher', 'teacher', '--out', root])
    expect(nothing.status).to.equal(2)
    expect(nothing.stderr).to.match(/expected prompts from --outcomes or --prompts/)
  })
})
