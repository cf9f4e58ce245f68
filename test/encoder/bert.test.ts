import { expect } from 'chai'

import { encodeSentences } from '../../src/encoder/bert.js'
import type { SentenceOperations } from '../../src/encoder/bert.js'
import type { EncoderSpec } from '../../src/encoder/directory.js'
import { weightTable } from '../../src/encoder/weights.js'
import { TINY_CONFIG } from './tinyBert.js'

const SPEC: EncoderSpec = {
  kind: 'bert',
  directory: '',
  transformerDirectory: '',
  bert: { ...TINY_CONFIG, num_hidden_layers: 1 },
  pooling: 'mean',
  normalize: true,
  prompt: '',
  weights: { format: 'safetensors', files: [], sha256: '' },
  sha256: '',
  fingerprint: '',
}

/** Operations that write a formula, with the names without their prefix. */
function formulas(names: string[]): SentenceOperations<string> {
  const named = (name: string) => {
    names.push(name)
    return name.replace('encoder.layer.', '')
  }
  return {
    embed: () => 'x',
    linear: (x, name) => `${named(name)}(${x})`,
    addAndNorm: (x, residual, name) => `${named(name)}(${x} + ${residual})`,
    attention: (project) => `attention(${project('query')}, ${project('key')}, ${project('value')})`,
    gelu: (x) => `gelu(${x})`,
    // A name for the input, so that the formula of a layer stays short.
    inLayer: (x, layer) => `[h = ${x}] ${layer('h')}`,
    pool: (x, pooling) => `${pooling}(${x})`,
    normalize: (x) => `unit(${x})`,
  }
}

describe('encodeSentences', () => {
  it('is BERT with its norms after the residual connections', () => {
    const attended =
      '0.attention.output.LayerNorm(0.attention.output.dense(attention(' +
      '0.attention.self.query(h), 0.attention.self.key(h), 0.attention.self.value(h))) + h)'
    const wide = `gelu(0.intermediate.dense(${attended}))`
    expect(encodeSentences(formulas([]), SPEC)).to.equal(
      `unit(mean([h = x] 0.output.LayerNorm(0.output.dense(${wide}) + ${attended})))`,
    )
  })

  it('pools and normalizes as the directory says', () => {
    const spec = { ...SPEC, pooling: 'cls', normalize: false } as const
    expect(encodeSentences(formulas([]), spec)).to.match(/^cls\(\[h = x\]/)
  })

  it('uses every weight of the layers once', () => {
    const names: string[] = []
    encodeSentences(formulas(names), { ...SPEC, bert: TINY_CONFIG })
    const inLayers = weightTable(TINY_CONFIG).filter(({ name }) => name.startsWith('encoder.layer.'))
    const expected = inLayers.map(({ name }) => name.replace(/\.(weight|bias)$/, ''))
    expect(names).to.have.members([...new Set(expected)])
  })
})
