import { writeFile } from 'node:fs/promises'
import path from 'node:path'

import { expect } from 'chai'

import { readReference } from '../../src/encoder/reference.js'
import { rejection } from '../rejection.js'
import { writeTinyBert } from './tinyBert.js'

describe('the reference vectors of an encoder', () => {
  const base64 = (...values: number[]) => Buffer.from(Float32Array.from(values).buffer).toString('base64')

  async function directoryWith(reference: unknown): Promise<string> {
    const directory = await writeTinyBert()
    await writeFile(path.join(directory, 'reference.json'), JSON.stringify(reference))
    return directory
  }

  it('are none if the publisher wrote no file', async () => {
    expect(await readReference(await writeTinyBert(), 2)).to.deep.equal([])
  })

  it('are read to the last bit', async () => {
    const rows = [{ ids: [1, 5, 2], vector_f32le_base64: base64(0.1, -3) }]
    expect(await readReference(await directoryWith(rows), 2)).to.deep.equal([
      { ids: [1, 5, 2], vector: Float32Array.of(0.1, -3) },
    ])
  })

  it('must have the width of the encoder', async () => {
    const rows = [{ ids: [1, 2], vector_f32le_base64: base64(1, 2, 3) }]
    const error = await rejection(readReference(await directoryWith(rows), 2))
    expect(String(error)).to.match(
      /reference\.json of the encoder: expected vectors of 2 values, got one of 3$/,
    )
  })

  it('must be what the file is for', async () => {
    const error = await rejection(readReference(await directoryWith([{ ids: [] }]), 2))
    expect(String(error)).to.match(/reference\.json of the encoder: \[0\]\.ids: /)
  })
})
