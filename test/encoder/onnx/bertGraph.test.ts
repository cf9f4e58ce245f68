import { expect } from 'chai'

import { readEncoderSpec } from '../../../src/encoder/directory.js'
import { writeBertGraph } from '../../../src/encoder/onnx/bertGraph.js'
import { openWeights } from '../../../src/encoder/weightFile.js'
import { thrownBy } from '../../rejection.js'
import { writeTinyBert } from '../tinyBert.js'

describe('writeBertGraph', () => {
  it('rejects weights of a type that it cannot read, naming the first', async () => {
    const spec = await readEncoderSpec(await writeTinyBert())
    const weights = await openWeights(spec)
    try {
      const integers = { ...weights, file: { ...weights.file, dtype: () => 'I64' } }
      expect(thrownBy(() => writeBertGraph(spec, integers)).message).to.equal(
        'model.safetensors: embeddings.word_embeddings.weight: expected F32, F16, BF16, F64, got I64',
      )
    } finally {
      await weights.file.close()
    }
  })
})
