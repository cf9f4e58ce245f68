import { expect } from 'chai'
import { z } from 'zod'

import { defineCommand } from '../../../src/cli/commandLine/command.js'
import { files, flag } from '../../../src/cli/commandLine/flags.js'
import { helpOf, usageOf } from '../../../src/cli/commandLine/help.js'

const command = defineCommand({
  description: 'Does something. '.repeat(10).trim(),
  examples: ['llimit do x.pkl --outcomes a'],
  positionals: ['checkpoint'],
  flags: z.object({
    checkpoint: flag(z.string(), 'file', 'what to read'),
    outcomes: flag(files(), 'file', 'outcomes'),
    split: flag(z.string().default('dev'), 'name', 'the prompts'),
    aVeryLongNameOfAFlagIndeed: flag(z.string().optional(), 'value', 'long'),
    replace: flag(z.boolean().default(false), '', 'replace it'),
  }),
  run: () => Promise.resolve(undefined),
})

describe('help', () => {
  it('has one line of usage with what is required', () => {
    expect(usageOf('llimit do', command)).to.equal('llimit do <checkpoint> --outcomes <file>... [flags]')
  })

  it('explains every flag beside its form, with its default', () => {
    const lines = helpOf('llimit do', command).split('\n')
    expect(lines).to.include.members([
      'Usage: llimit do <checkpoint> --outcomes <file>... [flags]',
      '  <checkpoint>                  what to read',
      '  --outcomes <file>...          outcomes',
      '  --split <name>                the prompts (default: dev)',
      '  --a-very-long-name-of-a-flag-indeed <value>',
      '                                long',
      '  --replace                     replace it',
      '  --json                        print the result as one JSON document, all else on stderr',
      '  llimit do x.pkl --outcomes a',
    ])
  })

  it('fits a terminal of 100 columns', () => {
    for (const line of helpOf('llimit do', command).split('\n')) expect(line).to.have.length.at.most(100)
  })
})
