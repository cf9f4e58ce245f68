import { expect } from 'chai'
import { z } from 'zod'

import { readArguments, suggestion } from '../../../src/cli/commandLine/arguments.js'
import { files } from '../../../src/cli/commandLine/flags.js'
import { thrownBy } from '../../rejection.js'

const command = {
  positionals: ['checkpoint'],
  flags: z.object({
    checkpoint: z.string(),
    outcomes: files(),
    trainSplit: z.string().default('train'),
    seed: z.string(),
    noLogistic: z.boolean().default(false),
  }),
}
const read = (line: string) => readArguments(line.split(' '), command)

describe('readArguments', () => {
  it('reads values, switches, lists and the word without a flag', () => {
    expect(
      read('x.pkl --outcomes a b --seed -7 --outcomes c --train-split=dev --no-logistic --json'),
    ).to.deep.equal({
      checkpoint: 'x.pkl',
      outcomes: ['a', 'b', 'c'],
      seed: '-7',
      trainSplit: 'dev',
      noLogistic: true,
      json: true,
    })
  })

  it('takes what follows -- as words', () => {
    expect(read('--outcomes a -- --odd.pkl')).to.deep.equal({ outcomes: ['a'], checkpoint: '--odd.pkl' })
  })

  it('lets the last one win if a flag is repeated', () => {
    expect(read('--seed 1 --seed 2')).to.deep.equal({ seed: '2' })
  })

  const invalid = {
    '--outcome a': 'unknown flag --outcome; did you mean --outcomes?',
    '--train_split dev': 'unknown flag --train_split; did you mean --train-split?',
    '--trainSplit dev': 'unknown flag --trainSplit; did you mean --train-split?',
    '--checkpoint x': 'unknown flag --checkpoint',
    '--xyz': 'unknown flag --xyz',
    '-x': 'unknown flag -x',
    '--seed': '--seed: expected a value, got nothing',
    '--seed --outcomes a': '--seed: expected a value, got --outcomes',
    '--no-logistic=yes': '--no-logistic takes no value, got "yes"',
    'x.pkl y.pkl': 'unexpected argument "y.pkl"',
    '--outcomes a --seed 1 b c': 'unexpected argument "c"',
  }
  for (const [line, message] of Object.entries(invalid))
    it(`says what is wrong with ${line}`, () => {
      expect(thrownBy(() => read(line))).to.include({ code: 'INVALID_ARGUMENT', message })
    })

  it('knows no flags by the names of object members', () => {
    expect(thrownBy(() => read('--constructor')).message).to.equal('unknown flag --constructor')
  })
})

describe('suggestion', () => {
  it('names the nearest name if it is near', () => {
    const known = ['serve', 'train', 'add-llm']
    expect(suggestion('servee', known)).to.equal('; did you mean serve?')
    expect(suggestion('addllm', known)).to.equal('; did you mean add-llm?')
    expect(suggestion('dance', known)).to.equal('')
    expect(suggestion('', known)).to.equal('')
  })
})
