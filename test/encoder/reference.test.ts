import { writeFile } from 'node:fs/promises'
import path from 'node:path'

import { expect } from 'chai'

import { readReference } from '../../src/encoder/reference.js'
import { rejection } from '../rejection.js'
import { writeTinyBert } from './tinyBert.js'

describe('the reference vectors of an encoder', () => {
  const BOUNDS = { dimension: 2, vocabulary: 40, maxTokens: 3 }
  const base64 = (...values: number[]) => Buffer.from(Float32Array.from(values).buffer).toString('base64')

  async function directoryWith(reference: unknown): Promise<string> {
    const directory = await writeTinyBert()
    await writeFile(path.join(directory, 'reference.json'), JSON.stringify(reference))
    return directory
  }

  it('are none if the publisher wrote no file', async () => {
    expect(await readReference(await writeTinyBert(), BOUNDS)).to.deep.equal([])
  })

  it('are read to the last bit', async () => {
    const rows = [{ ids: [1, 5, 2], vector_f32le_base64: base64(0.1, -3) }]
    expect(await readReference(await directoryWith(rows), BOUNDS)).to.deep.equal([
      { ids: [1, 5, 2], vector: Float32Array.of(0.1, -3) },
    ])
  })

  it('must have the width of the encoder', async () => {
    const rows = [{ ids: [1, 2], vector_f32le_base64: base64(1, 2, 3) }]
    const error = await rejection(readReference(await directoryWith(rows), BOUNDS))
    expect(String(error)).to.match(
      /reference\.json of the encoder: expected vectors of 2 values, got one of 3$/,
    )
  })

  it('must be of ids that the encoder reads', async () => {
    const faultOf = async (...ids: number[]) => {
      const rows = [{ ids, vector_f32le_base64: base64(1, 2) }]
      return String(await rejection(readReference(await directoryWith(rows), BOUNDS)))
    }
    expect(await faultOf(1, 40)).to.match(/reference\.json of the encoder: expected ids below 40, got 40$/)
    expect(await faultOf(1, 1, 1, 1)).to.match(/expected at most 3 ids of a vector, got 4$/)
  })

  it('must be what the file is for', async () => {
    const error = await rejection(readReference(await directoryWith([{ ids: [] }]), BOUNDS))
    expect(String(error)).to.match(/reference\.json of the encoder: \[0\]\.ids: /)
  })
})
