import { expect } from 'chai'

import { CollectFixture, numeric } from './collectFixture.js'

describe('the flags of llimit collect', () => {
  const fixture = new CollectFixture()
  beforeEach(() => fixture.open())
  afterEach(() => fixture.close())

  const wrong: [string, string[], RegExp][] = [
    ['no grader', ['--llms', 'right'], /prompts\.jsonl, line 1: expected a "grader" there or --grader/],
    ['no judge', ['--llms', 'right', '--grader', 'judge'], /line 1: grader judge needs --judge/],
    [
      'no reference',
      [...numeric('right'), '--reference-field', 'x'],
      /line 1: grader numeric needs a reference answer/,
    ],
    [
      'the key itself',
      [...numeric('right'), '--key-variable', 'sk-abc'],
      /^(?!.*sk-abc).*not the key itself/s,
    ],
    ['no key', [...numeric('right'), '--key-variable', 'NO_KEY'], /environment variable NO_KEY, found none/],
    ['no price', [...numeric('right'), '--max-cost', '1'], /found none of right; give --input-price/],
    [
      'no URL',
      [...numeric('right'), '--judge-endpoint', 'host/v1'],
      /--judge-endpoint: expected a URL such as/,
    ],
    [
      'a password',
      [...numeric('right'), '--judge-endpoint', 'https://a:bcd@h/v1'],
      /^(?!.*bcd).*without a password/s,
    ],
    [
      'half a price',
      [...numeric('right'), '--input-price', '1'],
      /--input-price and --output-price go together/,
    ],
    [
      'the same grader',
      [...numeric('right'), '--second-grader', 'numeric'],
      /--second-grader: expected another/,
    ],
    ['no JSON', [...numeric('right'), '--parameters', '[1]'], /--parameters: expected a JSON object/],
  ]
  for (const [name, args, message] of wrong)
    it(`says what to do about ${name}`, async () => {
      const { status, stdout, stderr } = await fixture.collect(args)
      expect(stderr).to.match(message)
      expect({ status, stdout }).to.deep.equal({ status: 2, stdout: '' })
      expect(fixture.standIn.requests).to.deep.equal([])
    })
})
