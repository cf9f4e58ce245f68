/** A safetensors file of this header and data. */
export function safetensorsFile(header: unknown, data: Uint8Array = new Uint8Array()): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.length))
  return Buffer.concat([length, json, data])
}

/** A safetensors file of float32 tensors, in the order of the map. */
export function float32File(
  tensors: ReadonlyMap<string, { shape: number[]; data: Float32Array }>,
): Uint8Array {
  let end = 0
  const entries = [...tensors].map(([name, { shape, data }]) => {
    const start = end
    end += data.byteLength
    return [name, { dtype: 'F32', shape, data_offsets: [start, end] }]
  })
  const parts = [...tensors.values()].map(({ data }) =>
    Buffer.from(data.buffer, data.byteOffset, data.byteLength),
  )
  const header = [['__metadata__', { format: 'pt' }], ...entries]
  return safetensorsFile(Object.fromEntries(header), Buffer.concat(parts))
}
