import { expect } from 'chai'
import { z } from 'zod'

import { checkFlags, files, names, seed, settingFlags } from '../../../src/cli/commandLine/flags.js'
import { SETTINGS } from '../../../src/config/settings.js'
import { integer } from '../../../src/validation.js'
import { thrownBy } from '../../rejection.js'

const flags = z
  .object({
    name: z.string(),
    outcomes: files().default([]),
    batchSize: integer(1, 1024).default(128),
    backend: z.enum(['wasm', 'cpu']).optional(),
    strong: z.string().optional(),
  })
  .refine(
    ({ strong, backend }) => strong === undefined || backend === undefined,
    '--strong excludes --backend',
  )

describe('checkFlags', () => {
  it('gives values and defaults', () => {
    expect(checkFlags(flags, { name: 'x', batchSize: '5' })).to.deep.equal({
      name: 'x',
      outcomes: [],
      batchSize: 5,
    })
  })

  const faults = [
    [{}, '--name is missing'],
    [
      { batchSize: '1.5', backend: 'gpu', name: 'x' },
      '--batch-size: expected an integer from 1 to 1024, got "1.5"; --backend: expected one of "wasm"|"cpu", got "gpu"',
    ],
    [{ name: 'x', strong: 'a', backend: 'cpu' }, '--strong excludes --backend'],
  ] as const
  for (const [given, message] of faults)
    it(`says ${message}`, () => {
      expect(thrownBy(() => checkFlags(flags, given))).to.include({ code: 'INVALID_ARGUMENT', message })
    })

  it('calls a word without a flag by its place', () => {
    expect(thrownBy(() => checkFlags(flags, {}, ['name'])).message).to.equal('<name> is missing')
  })
})

describe('kinds of flags', () => {
  it('split names at commas, but for those with a backslash', () => {
    expect(names().parse('a, b ,,c\\,d')).to.deep.equal(['a', 'b', 'c,d'])
    expect(names().parse('a,b,a')).to.deep.equal(['a', 'b'])
    for (const none of ['', ' ', ',']) expect(names().safeParse(none).success, none).to.equal(false)
  })

  it('take any safe integer as a seed', () => {
    expect(seed().parse('-7')).to.equal(-7)
    for (const text of ['1.5', 'x', '', ' ', '9007199254740993']) {
      expect(seed().safeParse(text).success, text).to.equal(false)
    }
  })
})

describe('settingFlags', () => {
  it('tell the default and the variable of each setting', () => {
    const { port, redisUrl } = settingFlags('port', 'redisUrl')
    expect(port.meta()?.description).to.match(/^port to listen on.*\(default: 8000, environment: PORT\)$/)
    expect(redisUrl.meta()?.description).to.match(/\(environment: LLIMIT_REDIS_URL\)$/)
  })

  it('exist for every setting', () => {
    const all = SETTINGS.keyof().options
    expect(Object.keys(settingFlags(...all))).to.deep.equal(all)
  })
})
