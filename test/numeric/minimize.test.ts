import { expect } from 'chai'

import { minimize } from '../../src/numeric/minimize.js'
import type { Objective } from '../../src/numeric/minimize.js'

const OPTIONS = { maxIterations: 500, tolerance: 1e-8 }

describe('minimize', () => {
  it('finds the minimum of a badly scaled bowl', () => {
    const bowl: Objective = (x, gradient) => {
      let value = 0
      x.forEach((at, i) => {
        const scale = 10 ** (i - 2)
        value += (scale * (at - i) ** 2) / 2
        gradient[i] = scale * (at - i)
      })
      return value
    }
    const start = new Float64Array(6).fill(5)
    const found = minimize(bowl, start, OPTIONS)
    found.forEach((at, i) => expect(at).to.be.closeTo(i, 1e-5))
    expect([...start]).to.deep.equal(Array(6).fill(5))
  })

  it('follows the bent valley of Rosenbrock', () => {
    const valley: Objective = ([x = 0, y = 0], gradient) => {
      gradient[0] = -2 * (1 - x) - 400 * x * (y - x ** 2)
      gradient[1] = 200 * (y - x ** 2)
      return (1 - x) ** 2 + 100 * (y - x ** 2) ** 2
    }
    const [x, y] = minimize(valley, Float64Array.of(-1.2, 1), OPTIONS)
    expect(x).to.be.closeTo(1, 1e-5)
    expect(y).to.be.closeTo(1, 1e-5)
  })

  it('stays where the gradient is small already, and stops after the iterations it was given', () => {
    let calls = 0
    const slope: Objective = ([x = 0], gradient) => {
      calls++
      gradient[0] = 2 * x
      return x ** 2
    }
    expect([...minimize(slope, Float64Array.of(1e-9), OPTIONS)]).to.deep.equal([1e-9])
    expect(calls).to.equal(1)
    minimize(slope, Float64Array.of(100), { maxIterations: 1, tolerance: 0 })
    expect(calls).to.be.lessThan(25)
  })
})
