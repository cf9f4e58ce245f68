import { expect } from 'chai'

import { readConfig } from '../src/config.js'
import { LLimitError } from '../src/errors.js'

describe('readConfig', () => {
  it('has a default for everything', () => {
    const config = readConfig({})
    expect(config).to.include({ host: '0.0.0.0', port: 8000, maxLoadedModels: 4, logLevel: 'info' })
    expect(config.limits).to.deep.equal({
      bodyBytes: 16 * 2 ** 20,
      prompts: 2048,
      llms: 1024,
      promptChars: 200_000,
      timeoutMs: 300_000,
    })
  })

  it('takes an empty variable as not set, but for the preloaded model', () => {
    expect(readConfig({ PORT: '', LLIMIT_PRELOAD: '' })).to.include({ port: 8000, preload: '' })
  })

  it('looks for encoders in the folder of saved models first', () => {
    expect(readConfig({ LLIMIT_SAVED_MODELS: 'elsewhere' }).encoderRoots[0]).to.equal('elsewhere')
  })

  it('names every variable that does not fit, and what it holds', () => {
    const env = { PORT: '80000', LLIMIT_LOG_LEVEL: 'loud', LLIMIT_MAX_PROMPTS: '1.5' }
    expect(() => readConfig(env))
      .to.throw(LLimitError, /PORT: .*"80000".*LLIMIT_MAX_PROMPTS: .*"1\.5".*LLIMIT_LOG_LEVEL: .*"loud"/)
      .with.property('code', 'INVALID_CONFIG')
  })
})
