import { generateKeyPairSync } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { expect } from 'chai'

import { readConfig } from '../../src/config/config.js'
import { LLimitError } from '../../src/errors.js'
import { createLogger } from '../../src/log.js'
import { readTrustedKeys, SIGNATURE_FILE } from '../../src/savedModel/signature.js'
import { openService } from '../../src/wiring.js'
import type { Service } from '../../src/wiring.js'
import { llimit } from '../cli/llimit.js'
import { emptyFolder } from '../encoder/static/tinyStatic.js'
import { rejection } from '../rejection.js'
import { writeStaticModel } from '../staticModel.js'

const MODEL = 'dense_network/tiny'

describe('signatures of saved models', () => {
  let root: string
  let folder: string
  let trusted: string
  const [mine, other] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')]
  const privateFile = async (key: KeyObject, name = 'private.pem') => {
    const file = path.join(root, name)
    await writeFile(file, key.export({ type: 'pkcs8', format: 'pem' }))
    return file
  }
  const pemOf = (key: KeyObject) => String(key.export({ type: 'spki', format: 'pem' }))

  beforeEach(async () => {
    root = await emptyFolder()
    await writeStaticModel(root)
    folder = path.join(root, 'dense_network', 'tiny')
    trusted = path.join(root, 'trusted.pem')
    await writeFile(trusted, pemOf(mine.publicKey))
  })

  async function signWith(key: KeyObject): Promise<void> {
    const { status, stderr } = await llimit(['sign-model', folder, '--key', await privateFile(key)], {
      cwd: root,
    })
    expect([status, stderr]).to.deep.equal([0, ''])
  }

  /** What a server that trusts `files` says of a request. */
  async function ask(files = trusted): Promise<string> {
    const config = readConfig({}, { LLIMIT_SAVED_MODELS: root, LLIMIT_TRUSTED_KEYS: files })
    const service: Service = await openService(config, createLogger('error', { silent: true }))
    try {
      await service.selection.infer({ model: MODEL, llms: ['a'], prompts: ['x'], batchSize: 1 })
      return 'answered'
    } catch (error) {
      expect(error).to.be.instanceOf(LLimitError).with.property('code', 'MODEL_BROKEN')
      return (error as LLimitError).message
    } finally {
      await service.close()
    }
  }

  it('are not asked for by default, and do no harm', async () => {
    await signWith(other.privateKey)
    expect(await ask('')).to.equal('answered')
  })

  it('let a signed saved model be served, by any of the keys', async () => {
    await signWith(mine.privateKey)
    expect(await ask()).to.equal('answered')
    await signWith(other.privateKey)
    expect(await ask()).to.match(/expected a signature by a key of LLIMIT_TRUSTED_KEYS, got one by /)
    await appendFile(trusted, pemOf(other.publicKey))
    expect(await ask()).to.equal('answered')
  })

  it('reject one that is not signed, or whose card, weights or signature were changed', async () => {
    expect(await ask()).to.match(/signature\.json: expected a file, found none/)
    await signWith(mine.privateKey)
    const card = path.join(folder, 'card.json')
    const before = await readFile(card, 'utf8')
    await writeFile(card, `${before} `)
    expect(await ask()).to.match(/expected the signature of card\.json as it stands/)
    await writeFile(card, before)
    const file = path.join(folder, SIGNATURE_FILE)
    const signature = await readFile(file, 'utf8')
    await writeFile(file, signature.replace(/"signature": "./, '"signature": "!'))
    expect(await ask()).to.match(/expected the signature of card\.json as it stands/)
    await writeFile(file, '{}')
    expect(await ask()).to.match(/signature\.json: /)
    await writeFile(file, signature)
    await appendFile(path.join(folder, 'weights.bin'), 'x')
    expect(await ask()).to.match(/weights\.bin/)
  })

  it('are not written for files that the card does not describe', async () => {
    await appendFile(path.join(folder, 'weights.bin'), 'x')
    const { status, stderr } = await llimit(
      ['sign-model', folder, '--key', await privateFile(mine.privateKey)],
      { cwd: root },
    )
    expect(status).to.equal(1)
    expect(stderr).to.match(/Expected sha256 \w+ of weights\.bin/)
  })

  it('need a private Ed25519 key, and trust in public ones', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const keys = [await privateFile(rsa.privateKey), trusted, path.join(root, 'none.pem')]
    for (const key of keys) {
      const { status, stderr } = await llimit(['sign-model', folder, '--key', key], { cwd: root })
      expect(status, key).to.equal(2)
      expect(stderr).to.match(/--key: expected an Ed25519 private key in PEM in /)
    }
    const itself = String(mine.privateKey.export({ type: 'pkcs8', format: 'pem' }))
    const { stderr } = await llimit(['sign-model', folder, '--key', itself], { cwd: root })
    expect(stderr).to.match(/--key: expected the file of .*, got the key itself/)
    expect(stderr).to.not.include(itself.split('\n')[1])
    await rm(trusted)
    expect(await rejection(readTrustedKeys([trusted]))).to.have.property('code', 'INVALID_CONFIG')
    for (const text of [
      pemOf(rsa.publicKey),
      'nothing',
      String(mine.privateKey.export({ type: 'pkcs8', format: 'pem' })),
    ]) {
      await writeFile(trusted, text)
      expect(await rejection(readTrustedKeys([trusted]))).to.match(
        /LLIMIT_TRUSTED_KEYS: expected Ed25519 public keys in /,
      )
    }
  })
})
