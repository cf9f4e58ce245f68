import os from 'node:os'
import path from 'node:path'

import { expect } from 'chai'

import { quietNativeTensorflow, readConfig } from '../../src/config/config.js'
import { variableOf } from '../../src/config/setting.js'
import { flagOf, SETTINGS } from '../../src/config/settings.js'
import { LLimitError } from '../../src/errors.js'

describe('readConfig', () => {
  it('has a default for everything', () => {
    const config = readConfig({}, {})
    expect(config).to.include({ host: '0.0.0.0', port: 8000, maxLoadedModels: 4, logLevel: 'info' })
    expect(config.limits).to.include({
      bodyBytes: 16 * 2 ** 20,
      prompts: 2048,
      llms: 1024,
      promptChars: 200_000,
      timeoutMs: 300_000,
    })
  })

  it('takes flags before variables, and variables before defaults', () => {
    const env = { PORT: '1', LLIMIT_MAX_LLMS: '2' }
    expect(readConfig({}, env).port).to.equal(1)
    const { port, limits } = readConfig({ port: '3', maxLlms: undefined }, env)
    expect([port, limits.llms, limits.prompts]).to.deep.equal([3, 2, 2048])
  })

  it('takes an empty variable as not set, but for the preloaded model', () => {
    const env = { PORT: '', LLIMIT_CACHE_MB: '', LLIMIT_PRELOAD: '' }
    expect(readConfig({}, env)).to.deep.include({
      port: 8000,
      preload: [],
      cache: { bytes: 64 * 2 ** 20, redisUrl: undefined },
    })
  })

  it('looks for encoders in the folder of saved models first', () => {
    expect(readConfig({}, { LLIMIT_SAVED_MODELS: 'elsewhere' }).encoderRoots[0]).to.equal('elsewhere')
  })

  it('keeps what can be computed again in the cache of the user', () => {
    const folder = (env: Record<string, string>) => readConfig({}, env).cacheDir
    const home = path.join('/home/me', '.cache', 'llimit')
    expect(folder({ HOME: '/home/me' })).to.deep.equal({ path: home, isChosen: false })
    expect(folder({ HOME: '/home/me', XDG_CACHE_HOME: '/cache' }).path).to.equal(
      path.join('/cache', 'llimit'),
    )
    expect(folder({}).path).to.equal(path.join(os.tmpdir(), 'llimit'))
    expect(folder({ LLIMIT_CACHE_DIR: 'mine' })).to.deep.equal({ path: 'mine', isChosen: true })
  })

  it('names every variable that is invalid, and what it holds', () => {
    const env = { PORT: '80000', LLIMIT_LOG_LEVEL: 'loud', LLIMIT_MAX_PROMPTS: '1.5' }
    expect(() => readConfig({}, env))
      .to.throw(
        LLimitError,
        /^PORT: expected an integer from 0 to 65535, got "80000"; LLIMIT_MAX_PROMPTS: .*"1\.5"; LLIMIT_LOG_LEVEL: .*"loud"$/,
      )
      .with.property('code', 'INVALID_CONFIG')
  })

  it('rejects a variable of blanks (fault 12)', () => {
    for (const name of ['PORT', 'LLIMIT_CACHE_MB', 'HOST', 'LLIMIT_PRELOAD'])
      expect(() => readConfig({}, { [name]: ' \t' }), name).to.throw(
        LLimitError,
        `${name}: expected a value, got blanks`,
      )
  })

  it('rejects a variable that is no setting, with the nearest that is (fault 12)', () => {
    const env = { LLIMIT_MAX_PROMPS: '5', LLIMIT_CASH_MB: '', OTHER: 'x' }
    expect(() => readConfig({}, env))
      .to.throw(
        LLimitError,
        /^LLIMIT_MAX_PROMPS is not a setting; did you mean LLIMIT_MAX_PROMPTS\?; LLIMIT_CASH_MB .* LLIMIT_CACHE_MB\?$/,
      )
      .with.property('code', 'INVALID_CONFIG')
  })

  it('rejects a setting that is written in other letters', () => {
    for (const name of ['LLIMIT_max_prompts', 'llimit_max_prompts', 'Llimit_Max_Prompts'])
      expect(() => readConfig({}, { [name]: '5' }), name).to.throw(
        LLimitError,
        `${name} is not a setting; did you mean LLIMIT_MAX_PROMPTS?`,
      )
  })

  it('takes several entries with commas between them, none of which is empty', () => {
    const { preload, trustedKeys } = readConfig(
      {},
      { LLIMIT_PRELOAD: 'dense_network/a, dense_network/b@2', LLIMIT_TRUSTED_KEYS: 'a.pem , b.pem' },
    )
    expect([preload, trustedKeys]).to.deep.equal([
      ['dense_network/a', 'dense_network/b@2'],
      ['a.pem', 'b.pem'],
    ])
    for (const [name, odd] of [
      ['LLIMIT_PRELOAD', ','],
      ['LLIMIT_PRELOAD', 'dense_network/a,'],
      ['LLIMIT_PRELOAD', 'default'],
      ['LLIMIT_DEFAULT_MODEL', 'default'],
      ['LLIMIT_TRUSTED_KEYS', 'a.pem,,b.pem'],
    ] as const)
      expect(() => readConfig({}, { [name]: odd }), odd).to.throw(LLimitError, `, got "${odd}"`)
  })

  it('says which setting a name means that is another one elsewhere', () => {
    for (const [name, value, meant] of [
      ['LLIMIT_PORT', '9000', 'PORT'],
      ['LLIMIT_HOST', '127.0.0.1', 'HOST'],
      ['LLIMIT_REDIS', 'redis://localhost', 'LLIMIT_REDIS_URL'],
      ['LLIMIT_KEYS', 'x', 'LLIMIT_API_KEYS'],
      ['LLIMIT_MODELS', 'x', 'LLIMIT_SAVED_MODELS'],
      ['llimit_api_keys', 'x', 'LLIMIT_API_KEYS'],
      ['LLIMIT_SERVER_PORT', '9000', 'PORT'],
      ['LLIMIT_REDIS_PORT', '6379', 'LLIMIT_REDIS_URL'],
    ] as const)
      expect(() => readConfig({}, { [name]: value }), name).to.throw(
        LLimitError,
        `${name} is not a setting; did you mean ${meant}?`,
      )
  })

  it('takes what Kubernetes sets for a service of our name', () => {
    const names = [
      'SERVICE_HOST',
      'SERVICE_PORT',
      'SERVICE_PORT_HTTP',
      'PORT',
      'PORT_8000_TCP',
      'PORT_8000_TCP_ADDR',
    ]
    for (const service of ['LLIMIT', 'LLIMIT_API'])
      readConfig({}, Object.fromEntries(names.map((name) => [`${service}_${name}`, 'tcp://10.0.0.1:8000'])))
  })

  for (const text of ['0x2010', '8.211e3', '+-8', '8 0', '1e3', '8000.0'])
    it(`takes no port such as ${text}`, () => {
      expect(() => readConfig({}, { PORT: text })).to.throw(LLimitError, `got "${text}"`)
    })

  it('names a flag as it is typed', () => {
    expect(() => readConfig({ maxPrompts: 'x' }, { LLIMIT_MAX_PROMPTS: '5' }))
      .to.throw(LLimitError, /^--max-prompts: expected an integer from 1 to 100000, got "x"$/)
      .with.property('code', 'INVALID_ARGUMENT')
  })

  it('does not show a URL, which may hold a password', () => {
    expect(() => readConfig({}, { LLIMIT_REDIS_URL: 'redis//:secret@host' })).to.throw(
      LLimitError,
      /^LLIMIT_REDIS_URL: expected a redis:\/\/ or rediss:\/\/ URL$/,
    )
  })
})

describe('settings', () => {
  it('have a variable and a flag each, and a text that explains them', () => {
    expect([variableOf('port'), variableOf('maxPromptChars')]).to.deep.equal([
      'PORT',
      'LLIMIT_MAX_PROMPT_CHARS',
    ])
    expect(flagOf('maxPromptChars')).to.equal('--max-prompt-chars')
    for (const setting of Object.values(SETTINGS.shape)) {
      expect(setting.meta()?.description).to.have.length.greaterThan(5)
      expect(setting.meta()?.placeholder).to.have.length.greaterThan(0)
    }
  })
})

describe('quietNativeTensorflow', () => {
  it('leaves the variable to whoever has set it', () => {
    const unset: NodeJS.ProcessEnv = {}
    quietNativeTensorflow(unset)
    expect(unset).to.deep.equal({ TF_CPP_MIN_LOG_LEVEL: '1' })
    const set = { TF_CPP_MIN_LOG_LEVEL: '0' }
    quietNativeTensorflow(set)
    expect(set).to.deep.equal({ TF_CPP_MIN_LOG_LEVEL: '0' })
  })
})
