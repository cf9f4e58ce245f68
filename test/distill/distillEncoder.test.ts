import path from 'node:path'

import { expect } from 'chai'

import { DISTILL_SETTINGS } from '../../src/distill/distill.js'
import { distillEncoder, meanCosine, writeDistilled } from '../../src/distill/distillEncoder.js'
import type { DistillRequest } from '../../src/distill/distillEncoder.js'
import { StaticEncoder } from '../../src/encoder/static/staticEncoder.js'
import { LLimitError } from '../../src/errors.js'
import { createRandom } from '../../src/numeric/random.js'
import { emptyFolder, WORDS, writeTinyStatic } from '../encoder/static/tinyStatic.js'
import { rejection } from '../rejection.js'

/** A request with a static teacher whose vectors are those of the prompts themselves: it can be copied. */
async function tinyRequest(prompts: readonly string[]): Promise<DistillRequest> {
  const directory = await writeTinyStatic({ format: 'fp32' })
  const teacher = await StaticEncoder.open(directory)
  const data = new Float32Array(prompts.flatMap((prompt) => Array.from(teacher.encode(prompt).vector)))
  return {
    teacher: { name: 'tiny', directory, sha256: teacher.spec.sha256 },
    training: { prompts, vectors: { rows: prompts.length, columns: 8, data } },
    settings: DISTILL_SETTINGS,
  }
}

const random = createRandom(1)
const somePrompts = Array.from({ length: 200 }, () =>
  Array.from({ length: 1 + Math.floor(random() * 8) }, () => WORDS[3 + Math.floor(random() * 7)]).join(' '),
)

describe('distillEncoder', () => {
  it('comes close to a teacher that it can copy, also on other prompts', async () => {
    const request = await tinyRequest(somePrompts.slice(0, 150))
    const held = await tinyRequest(somePrompts.slice(150))
    const { encode } = await distillEncoder(request)
    const { prompts, vectors } = held.training
    // Not 1: the vectors that it learns are of unit length, and their sums are not.
    expect(meanCosine(encode(prompts), vectors)).to.be.above(0.97)
  })

  it('writes what it encodes with', async () => {
    const request = await tinyRequest(somePrompts)
    const distilled = await distillEncoder(request)
    const directory = path.join(await emptyFolder(), 'copy')
    await writeDistilled(directory, distilled, request, 'fp32')
    const written = await StaticEncoder.open(directory)
    const wanted = distilled.encode(somePrompts)
    somePrompts.forEach((prompt, p) => {
      expect(written.encode(prompt).vector).to.deep.equal(wanted.data.slice(p * 8, (p + 1) * 8))
    })
  })

  it('wants prompts with tokens', async () => {
    const error = await rejection(distillEncoder(await tinyRequest(['', ' '])))
    expect(error).to.be.instanceOf(LLimitError).and.include({ code: 'INVALID_FILE' })
  })
})
