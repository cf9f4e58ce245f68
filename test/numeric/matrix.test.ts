import { expect } from 'chai'

import { cellOf, gatherRows, matrixOf, rowOf, stackRows } from '../../src/numeric/matrix.js'

describe('a matrix', () => {
  const matrix = matrixOf(Float32Array.of(0, 1, 10, 11, 20, 21), 2)

  it('gives a row as a view', () => {
    expect([...rowOf(matrix, 1)]).to.deep.equal([10, 11])
    expect(cellOf(matrix, 1, 1)).to.equal(11)
    expect(() => cellOf(matrix, 0, 2)).to.throw(RangeError, 'expected a column from 0 to 1, got 2')
    expect(() => cellOf(matrix, -1, 0)).to.throw(RangeError, 'expected a row from 0')
    expect(rowOf(matrix, 1).buffer).to.equal(matrix.data.buffer)
  })

  it('stacks rows of its width, and no others', () => {
    const rows = [Float32Array.of(0, 1), Float32Array.of(10, 11), Float32Array.of(20, 21)]
    expect(stackRows(rows, 2)).to.deep.equal(matrix)
    expect(() => stackRows([Float32Array.of(1)], 2)).to.throw(RangeError, 'expected rows of 2 numbers, got 1')
  })

  it('gathers rows in the order in which they are named, repeated ones too', () => {
    const gathered = gatherRows(matrix, [2, 0, 2])
    expect(gathered).to.deep.equal({ rows: 3, columns: 2, data: Float32Array.of(20, 21, 0, 1, 20, 21) })
  })

  for (const row of [-1, 3, 0.5, NaN]) {
    it(`throws for the row ${row} of three`, () => {
      const message = `expected a row from 0 to 2, got ${row}`
      expect(() => rowOf(matrix, row)).to.throw(RangeError, message)
      expect(() => gatherRows(matrix, [row])).to.throw(RangeError, message)
    })
  }

  it('throws for numbers that do not fill its rows', () => {
    expect(() => matrixOf(new Float32Array(5), 2)).to.throw(RangeError, 'a multiple of 2 numbers')
  })
})
