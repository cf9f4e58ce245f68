import { expect } from 'chai'

import { EVIDENCE_FILE } from '../../../src/card.js'
import { matrixOf } from '../../../src/numeric/matrix.js'
import { writeSafetensors } from '../../../src/tensor/writeSafetensors.js'
import { readEvidence, writeEvidence } from '../../../src/train/export/evidenceFile.js'
import { thrownBy } from '../../rejection.js'

const SHAPE = { regions: 2, embedding: 3, llms: 4, row: 2 }
const values = (length: number) => Float32Array.from({ length }, (_, i) => i / 7)
const evidence = {
  centroids: matrixOf(values(6), 3),
  outcomes: matrixOf(values(8), 2),
  successes: matrixOf(values(8), 2),
  prior: { mean: values(2), factor: matrixOf(values(4), 2) },
}

describe('readEvidence', () => {
  it('gives back what was written, to the bit', () => {
    const files = new Map([[EVIDENCE_FILE, writeEvidence(evidence)]])
    expect(readEvidence(files, SHAPE)).to.deep.equal(evidence)
  })

  it('reads a file from before successes were kept, and rejects some of another shape', () => {
    const before = { ...evidence, successes: undefined }
    const older = new Map([[EVIDENCE_FILE, writeEvidence(before)]])
    expect(readEvidence(older, SHAPE)).to.deep.equal(before)
    const wrong = new Map([
      [EVIDENCE_FILE, writeEvidence({ ...evidence, successes: matrixOf(values(6), 2) })],
    ])
    const error = thrownBy(() => readEvidence(wrong, SHAPE))
    expect(error.message).to.include('"successes" of shape [4, 2], got one of shape [3, 2]')
  })

  it('rejects each tensor of another shape, by its name and both shapes', () => {
    const files = new Map([[EVIDENCE_FILE, writeEvidence(evidence)]])
    const messageFor = (change: Partial<typeof SHAPE>) => {
      const error = thrownBy(() => readEvidence(files, { ...SHAPE, ...change }))
      expect(error.code).to.equal('MODEL_BROKEN')
      return error.message
    }
    expect(messageFor({ embedding: 5 })).to.equal(
      'evidence.safetensors: expected a tensor "centroids" of shape [2, 5], got one of shape [2, 3]',
    )
    expect(messageFor({ llms: 3 })).to.include('"outcomes" of shape [3, 2], got one of shape [4, 2]')
    expect(messageFor({ row: 3 })).to.include('"prior_mean" of shape [3], got one of shape [2]')
  })

  it('rejects a file without a tensor, and files without it', () => {
    const only = writeSafetensors(new Map([['centroids', { shape: [2, 3], data: values(6) }]]))
    const missing = thrownBy(() => readEvidence(new Map([[EVIDENCE_FILE, only]]), SHAPE))
    expect(missing.message).to.include('"outcomes" of shape [4, 2], got none')
    const without = thrownBy(() => readEvidence(new Map(), SHAPE))
    expect(without).to.include({ code: 'MODEL_BROKEN' })
  })
})
