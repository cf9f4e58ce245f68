import { expect } from 'chai'
import fc from 'fast-check'

import { OBJECTIVES, isObjectiveKey } from '../../src/playground/objectives.js'
import { FORMS } from '../../src/playground/promptText.js'
import { MAX_LINK_CHARS, START, fromFragment, toFragment } from '../../src/playground/state.js'
import type { State } from '../../src/playground/state.js'

/** Of whole code points, as the address of a page has them. */
const anyText = fc.string({ unit: 'binary' })
const anyAmount = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0))
const anyState: fc.Arbitrary<State> = fc.record({
  form: fc.constantFrom(...FORMS),
  text: anyText,
  model: anyText,
  llms: fc.uniqueArray(anyText),
  objective: fc.constantFrom(...Object.keys(OBJECTIVES).filter(isObjectiveKey)),
  amount: anyAmount,
  names: fc.record({ strong: anyText, weak: anyText, baseline: anyText }),
  outputTokens: fc.option(fc.nat()),
  abstains: fc.boolean(),
})

describe('the state in a fragment', () => {
  it('comes back as it was, also through the address of a page', () => {
    fc.assert(
      fc.property(anyState, (state) => {
        const { hash } = new URL(`http://localhost/playground#${toFragment(state)}`)
        expect(fromFragment(hash)).to.deep.equal(state)
      }),
    )
  })

  it('is the start if there is none, or if it is invalid', () => {
    expect(fromFragment('')).to.deep.equal(START)
    expect(fromFragment('#form=poem&objective=cheap&amount=much&output_tokens=&x=1')).to.deep.equal(START)
  })

  it('leaves out what is as at the start, and a text that is too long for a link', () => {
    expect(toFragment({ ...START, text: 'a b' })).to.equal('text=a+b')
    expect(toFragment({ ...START, text: 'x'.repeat(MAX_LINK_CHARS + 1) })).to.equal('')
  })
})
