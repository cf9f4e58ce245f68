import { expect } from 'chai'

import { isOlder } from '../../src/tensor/nativeTensorflow.js'

describe('isOlder', () => {
  for (const [version, than, expected] of [
    ['2.9.1', '2.21', true],
    ['2.20.1', '2.21', true],
    ['2.21.0', '2.21', false],
    ['2.22.0-rc1', '2.21', false],
    ['3.0.0', '2.21', false],
    ['1.99.0', '2.21', true],
  ] as const) {
    it(`says ${expected} to ${version} than ${than}`, () => expect(isOlder(version, than)).to.equal(expected))
  }
})
