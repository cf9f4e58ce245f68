import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'

import { expect } from 'chai'

import { readConfig } from '../../src/config/config.js'
import { LLimitError } from '../../src/errors.js'
import { emptyFolder } from '../encoder/static/tinyStatic.js'

const hashOf = (key: string) => createHash('sha256').update(key).digest()
const KEYS = ['first-key-of-many-letters', 'second-key-of-many-letters']

describe('doors', () => {
  it('are open by default', () => {
    expect(readConfig({}, {}).doors).to.deep.equal({
      keyHashes: [],
      metrics: 'key',
      corsOrigins: [],
      basePath: '',
    })
  })

  it('keep hashes of keys, from the environment and from a file, in which a key may be a hash already', async () => {
    const file = path.join(await emptyFolder(), 'keys')
    await writeFile(
      file,
      `\ufeff# of the gateway\n  # and of others\n${KEYS[1] ?? ''} #temporary-for-staging\r# old\r\nsha256:${hashOf('third').toString('hex')}\n`,
    )
    const { doors } = readConfig({}, { LLIMIT_API_KEYS: KEYS[0] ?? '', LLIMIT_API_KEYS_FILE: file })
    expect(doors.keyHashes).to.deep.equal([...KEYS, 'third'].map(hashOf))
  })

  it('reject keys that can be guessed, and show none', async () => {
    const file = path.join(await emptyFolder(), 'keys')
    await writeFile(file, '# nothing\n')
    for (const env of [
      { LLIMIT_API_KEYS: `${KEYS[0] ?? ''},shortsecret` },
      { LLIMIT_API_KEYS: 'sha256:shortsecretshortsecret' },
      { LLIMIT_API_KEYS: 'shortsecretshortsecretü' },
      { LLIMIT_API_KEYS: 'SHA256:shortsecretshortsecret' },
      { LLIMIT_API_KEYS: '"shortsecretshortsecret"' },
      { LLIMIT_API_KEYS_FILE: 'shortsecretshortsecret' },
      { LLIMIT_API_KEYS: ',' },
      { LLIMIT_API_KEYS_FILE: file },
      { LLIMIT_API_KEYS_FILE: `${file}s` },
    ]) {
      expect(() => readConfig({}, env))
        .to.throw(LLimitError, /^LLIMIT_API_KEYS(_FILE)?: expected /)
        .and.satisfy(
          ({ message }: Error) => !message.includes('shortsecret') && !message.includes('first-key'),
        )
    }
  })

  it('take origins as browsers write them', () => {
    const origins = (text: string) => readConfig({}, { LLIMIT_CORS_ORIGINS: text }).doors.corsOrigins
    expect(origins('https://a.example, http://localhost:3000')).to.deep.equal([
      'https://a.example',
      'http://localhost:3000',
    ])
    expect(origins('*')).to.deep.equal(['*'])
    for (const odd of ['a.example', 'https://a.example/', 'https://a.example/x', 'https://*.example'])
      expect(() => origins(odd), odd).to.throw(LLimitError, `got "${odd}"`)
  })

  it('take a path without a slash at its end', () => {
    const base = (text: string) => readConfig({}, { LLIMIT_BASE_PATH: text }).doors.basePath
    for (const path of ['/llimit/v1', '/.well-known', '/a/..b']) expect(base(path)).to.equal(path)
    for (const odd of ['llimit', '/', '/llimit/', '/a//b', '/a b', '/a?b', '/a/../b', '/.', '/..', '/./a'])
      expect(() => base(odd), odd).to.throw(LLimitError, /^LLIMIT_BASE_PATH: expected a path such as/)
  })
})
