import { expect } from 'chai'

import { parseObjective } from '../../src/http/compactObjective.js'
import { thrownBy } from '../rejection.js'

const parse = (text: string) => parseObjective(text, 'LLIMIT_OBJECTIVE')
const errorFor = (text: string) => thrownBy(() => parse(text))

describe('parseObjective', () => {
  it('reads every objective for one prompt', () => {
    const objectives = {
      sufficient: { type: 'sufficient' },
      ' best ': { type: 'best' },
      'cheapest:at_least=0.8': { type: 'cheapest', at_least: 0.8 },
      'cheapest: within = .05': { type: 'cheapest', within: 0.05 },
      'value:dollars=1e-2': { type: 'value', dollars: 0.01 },
      'dial:position=5': { type: 'dial', position: 5 },
      'threshold:strong=openai/gpt-4o,weak=x:free,threshold=-0.1': {
        type: 'threshold',
        strong: 'openai/gpt-4o',
        weak: 'x:free',
        threshold: -0.1,
      },
      guarded: { type: 'guarded' },
      'guarded:baseline=4,z=2': { type: 'guarded', baseline: '4', z: 2 },
    }
    for (const [text, objective] of Object.entries(objectives)) {
      expect(parse(text), text).to.deep.equal({ objective, abstains: undefined })
    }
    expect(parse('dial:position=5,abstain=false').abstains).to.equal(false)
    expect(parse('best:abstain=true').abstains).to.equal(true)
  })

  it('says what is wrong, and in which setting', () => {
    const faults = {
      fastest: 'LLIMIT_OBJECTIVE: type: expected an object whose type is',
      'value:dollars=much': 'dollars: expected dollars that a success is worth, 0 or more, got "much"',
      'value:dollars=-1': 'expected dollars that a success is worth, 0 or more, got -1',
      value: 'dollars: expected dollars that a success is worth, 0 or more, got nothing',
      'value:0.01': 'expected <field>=<value>, got "0.01"',
      'value:': 'expected <field>=<value>, got ""',
      'cheapest:atleast=0.8': 'expected either at_least or within',
      'dial:position=5,speed=2': 'expected no field "speed" of dial',
      'budget:dollars=1': 'expected an objective for one prompt, got budget',
      'best:abstain=no': 'abstain: expected true or false, got "no"',
      '': 'type: expected an object whose type is',
    }
    for (const [text, fault] of Object.entries(faults)) {
      const { code, message } = errorFor(text)
      expect(code).to.equal('INVALID_CONFIG')
      expect(message).to.include(fault)
      expect(message).to.match(/^LLIMIT_OBJECTIVE/)
    }
  })
})
