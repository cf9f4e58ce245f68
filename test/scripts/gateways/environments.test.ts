import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'

import { expect } from 'chai'

import { prepareEnvironment } from '../../../scripts/gateways/environments.js'
import type { Tools } from '../../../scripts/gateways/environments.js'

/** Makes an environment whose Python notes each call of pip, and fails the first time. */
const FAKE_PYTHON = `#!/bin/sh
[ "$2" = venv ] || exit 1
mkdir -p "$3/bin"
cat > "$3/bin/python" <<'END'
#!/bin/sh
echo "$@" >> ../calls
[ $(wc -l < ../calls) -gt 1 ] && exit 0
echo "looking around"
echo "ERROR: no registry" >&2
exit 1
END
chmod +x "$3/bin/python"
`

describe('prepareEnvironment', () => {
  let tools: Tools
  before(async () => {
    const cache = await mkdtemp(path.join(tmpdir(), 'environments-'))
    const python = path.join(cache, 'fake-python')
    await writeFile(python, FAKE_PYTHON)
    await chmod(python, 0o755)
    tools = { cache, python, node: process.execPath, client: cache }
  })
  after(() => rm(tools.cache, { recursive: true }))

  it('says why something cannot be installed, tries again, and keeps what was installed', async () => {
    const prepare = () => prepareEnvironment('openai', tools, 20_000)
    expect(await prepare()).to.deep.equal({ missing: 'cannot be installed: ERROR: no registry' })
    const prepared = await prepare()
    expect(prepared).to.have.property('bin').that.includes('openai-')
    expect(await prepare()).to.deep.equal(prepared)
    const calls = (await readFile(path.join(tools.cache, 'calls'), 'utf8')).trim().split('\n')
    expect(calls).to.have.length(2)
    expect(calls[0]).to.match(/^-m pip install .*\bopenai==\d/)
  })

  it('names a Node that is not there or too old', async () => {
    const without = { ...tools, node: 'no-such-node' }
    expect(await prepareEnvironment('ai-sdk', without, 20_000))
      .to.have.property('missing')
      .that.includes('no-such-node')
    const old = path.join(tools.cache, 'old-node')
    await writeFile(old, '#!/bin/sh\necho v20.1.0\n')
    await chmod(old, 0o755)
    expect(await prepareEnvironment('ai-sdk', { ...tools, node: old }, 20_000)).to.deep.equal({
      missing: 'expected Node 22 or newer (--node), got v20.1.0',
    })
  })
})
