import type { BertConfig } from '../../src/encoder/directory.js'

type Row = number[]

/**
 * BERT in plain float64 JavaScript, prompt by prompt and number by number: slow, and simple enough to be read against
 * the definition. The oracle of the encoder's tests.
 */
export function plainBert(
  ids: readonly number[],
  weights: ReadonlyMap<string, Float32Array>,
  config: BertConfig,
  pooling: 'mean' | 'cls',
): Row {
  const H = config.hidden_size
  const get = (name: string) => {
    const values = weights.get(name)
    if (values === undefined) throw new Error(`no weight ${name}`)
    return values
  }
  const row = (table: string, index: number) => [...get(table).subarray(index * H, (index + 1) * H)]
  const linear = (x: Row, name: string): Row => {
    const [matrix, bias] = [get(`${name}.weight`), get(`${name}.bias`)]
    return [...bias].map((b, out) => x.reduce((sum, v, i) => sum + v * at(matrix, out * x.length + i), b))
  }
  const norm = (x: Row, name: string): Row => {
    const mean = x.reduce((a, b) => a + b) / H
    const variance = x.reduce((sum, v) => sum + (v - mean) ** 2, 0) / H
    const scale = 1 / Math.sqrt(variance + config.layer_norm_eps)
    return x.map((v, i) => (v - mean) * scale * at(get(`${name}.weight`), i) + at(get(`${name}.bias`), i))
  }

  let x = ids.map((id, position) => {
    const rows = [
      row('embeddings.word_embeddings.weight', id),
      row('embeddings.position_embeddings.weight', position),
      row('embeddings.token_type_embeddings.weight', 0),
    ]
    return norm(rows.reduce(add), 'embeddings.LayerNorm')
  })
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    const name = (part: string) => `encoder.layer.${layer}.${part}`
    const project = (part: string) => x.map((token) => linear(token, name(`attention.self.${part}`)))
    const context = attend(project('query'), project('key'), project('value'), config.num_attention_heads)
    x = x.map((token, t) => {
      const attended = add(token, linear(context[t] ?? [], name('attention.output.dense')))
      const h = norm(attended, name('attention.output.LayerNorm'))
      const wide = linear(h, name('intermediate.dense')).map((v) => (v * (1 + erf(v * Math.SQRT1_2))) / 2)
      return norm(add(h, linear(wide, name('output.dense'))), name('output.LayerNorm'))
    })
  }
  return pooling === 'cls' ? (x[0] ?? []) : x.reduce(add).map((v) => v / x.length)
}

function attend(query: Row[], key: Row[], value: Row[], heads: number): Row[] {
  const size = (query[0]?.length ?? 0) / heads
  return query.map((q) =>
    q.map((_, column) => {
      const from = Math.floor(column / size) * size
      const dot = (k: Row) => k.slice(from, from + size).reduce((sum, v, i) => sum + v * at(q, from + i), 0)
      const weight = key.map((k) => Math.exp(dot(k) / Math.sqrt(size)))
      const total = weight.reduce((a, b) => a + b)
      return value.reduce((sum, v, t) => sum + (at(weight, t) / total) * at(v, column), 0)
    }),
  )
}

/** The series of erf, exact to float64 for the small arguments here. */
function erf(x: number): number {
  let term = x
  let sum = x
  for (let n = 1; n < 200; n++) {
    term *= -(x * x) / n
    sum += term / (2 * n + 1)
  }
  return (2 / Math.sqrt(Math.PI)) * sum
}

function add(a: Row, b: Row): Row {
  return a.map((v, i) => v + at(b, i))
}

function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? NaN
}
