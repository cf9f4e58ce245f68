import { expect } from 'chai'
import fc from 'fast-check'

import { isSavedModelName, splitVersion, versionFolder } from '../../src/savedModel/names.js'

describe('names of saved models', () => {
  it('are up to 200 letters, digits, "_", "-" and "."', () => {
    for (const name of ['default', 'a', '7', 'my-model_1.0', 'a'.repeat(200)])
      expect(isSavedModelName(name), name).to.equal(true)
    for (const name of ['', '.a', '-a', 'a@1', 'a/b', '..', 'a b', 'a\n', 'a'.repeat(201)]) {
      expect(isSavedModelName(name), JSON.stringify(name)).to.equal(false)
    }
  })

  it('give their version back', () => {
    const version = fc.integer({ min: 1, max: 999_999_999 })
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), version, (name, number) => {
        expect(splitVersion(versionFolder(name, number))).to.deep.equal({ name, version: number })
      }),
    )
  })

  it('have no version in whatever does not end in one', () => {
    for (const folder of ['a', 'a@', '@1', 'a@0', 'a@01', 'a@1x', 'a@-1', 'a@1e3', 'a@9999999999', '@']) {
      expect(splitVersion(folder)).to.deep.equal({ name: folder, version: undefined })
    }
  })
})
