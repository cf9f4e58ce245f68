import { expect } from 'chai'

import { messageOf, quote, shorten } from '../src/errors.js'

describe('shorten', () => {
  it('keeps 80 characters and cuts 81', () => {
    expect(shorten('x'.repeat(80))).to.equal('x'.repeat(80))
    expect(shorten('x'.repeat(81))).to.equal(`${'x'.repeat(79)}…`)
  })
})

describe('quote', () => {
  it('escapes what a terminal or a log would obey, and cuts', () => {
    expect(quote('a"\n\u001b[2J')).to.equal('"a\\"\\n\\u001b[2J"')
    expect(quote('x'.repeat(81))).to.equal(`"${'x'.repeat(79)}…"`)
  })
})

describe('messageOf', () => {
  it('takes whatever was thrown', () => {
    expect(messageOf(new TypeError('x is not a function'))).to.equal('x is not a function')
    expect(messageOf(undefined)).to.equal('undefined')
  })
})
