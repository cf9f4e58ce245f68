import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { expect } from 'chai'

import { llimit, variantOf } from '../../../bench/systems/llimit.js'

describe('our server in the benchmark', () => {
  let checkout: string

  beforeEach(async () => {
    checkout = await mkdtemp(path.join(os.tmpdir(), 'llimit-checkout-'))
  })

  afterEach(() => rm(checkout, { recursive: true }))

  async function compiled(file: string): Promise<void> {
    await mkdir(path.dirname(path.join(checkout, file)), { recursive: true })
    await writeFile(path.join(checkout, file), '')
    await writeFile(path.join(checkout, 'package.json'), '{}')
  }

  it('is that of this checkout, or of another one', async () => {
    const [program, command] = llimit({ engine: 'auto' }).start(1).args
    expect(program)
      .to.match(/dist\/src\/cli\/main\.js$/)
      .and.not.contain(checkout)
    expect(command).to.equal('serve')

    await compiled('dist/src/cli/main.js')
    const other = llimit({ engine: 'auto' }, checkout)
    expect(other.start(1).args).to.deep.equal([path.join(checkout, 'dist/src/cli/main.js'), 'serve'])
    expect(other.name).to.equal('LLimit auto at unknown')
  })

  it('is started with as many processes as its name says', () => {
    const variant = variantOf('onnxruntime:int8@2', undefined)
    expect(variant).to.deep.equal({ engine: 'onnxruntime', precision: 'int8', processes: 2 })
    expect(llimit(variant).name).to.equal('LLimit onnxruntime int8 × 2')
    expect(llimit(variant).start(1).env).to.include({ LLIMIT_WORKERS: '2' })
    expect(variantOf('auto', 'fp32')).to.deep.equal({ engine: 'auto', precision: 'fp32' })
    expect(() => variantOf('auto@0', undefined)).to.throw(
      'expected engine[:precision][@processes], got auto@0',
    )
  })

  it('is found where earlier versions had it', async () => {
    await compiled('dist/src/main.js')
    expect(llimit({ engine: 'auto' }, checkout).start(1).args).to.deep.equal([
      path.join(checkout, 'dist/src/main.js'),
    ])
  })

  it('must be compiled', () => {
    expect(() => llimit({ engine: 'auto' }, checkout).start(1)).to.throw(/--checkout: .*npm run build/)
  })
})
