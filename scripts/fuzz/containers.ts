import { crc32, deflateRawSync } from 'node:zlib'

import { fromBufferPromise } from 'yauzl'

import { at } from '../../src/numeric/at.js'
import type { Random } from '../../src/numeric/random.js'
import { below, mutateBytes, oneOf } from './mutateBytes.js'
import { mutateJson } from './mutateJson.js'
import type { Json } from './mutateJson.js'

/** A file of a zip archive, with what its head says where that is not true. */
interface Entry {
  name: string
  bytes: Buffer
  isDeflated?: boolean
  claims?: { crc?: number; size?: number }
}

const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50]
const CENTRAL_BYTES = 46
const DEFLATE = 8

/** A zip archive whose sizes and checksums are right, but for those that are claimed otherwise. */
export function zipOf(entries: readonly Entry[]): Buffer {
  const parts: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const { name, bytes, isDeflated = false, claims = {} } of entries) {
    const stored = isDeflated ? deflateRawSync(bytes) : bytes
    const title = Buffer.from(name)
    const head = Buffer.alloc(CENTRAL_BYTES)
    head.writeUInt32LE(CENTRAL, 0)
    head.writeUInt16LE(20, 6)
    head.writeUInt16LE(isDeflated ? DEFLATE : 0, 10)
    head.writeUInt32LE(claims.crc ?? crc32(bytes), 16)
    head.writeUInt32LE(stored.length, 20)
    head.writeUInt32LE(claims.size ?? bytes.length, 24)
    head.writeUInt16LE(title.length, 28)
    head.writeUInt32LE(offset, 42)
    central.push(head, title)
    // The head in front of a file has the fields from the version to the length of the name.
    const local = Buffer.concat([Buffer.alloc(4), head.subarray(6, 32)])
    local.writeUInt32LE(LOCAL, 0)
    parts.push(local, title, stored)
    offset += local.length + title.length + stored.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(END, 0)
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, directory, end])
}

/** The files of an intact zip archive. */
export async function entriesOf(bytes: Buffer): Promise<Entry[]> {
  const zip = await fromBufferPromise(bytes)
  const entries: Entry[] = []
  for await (const entry of zip.eachEntry()) {
    const chunks: Buffer[] = []
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer)
    entries.push({ name: entry.fileName, bytes: Buffer.concat(chunks) })
  }
  return entries
}

/** 64 MiB of zeros, which take 64 KiB in an archive. */
const BOMB_BYTES = 2 ** 26

/** Changes what is in the archive, and packs it again: most changes of its bytes would end at a checksum. */
export function mutateZip(entries: readonly Entry[], random: Random): Buffer {
  const place = below(entries.length, random)
  const entry = at(entries, place)
  const other = (changes: Partial<Entry>) => zipOf(entries.with(place, { ...entry, ...changes }))
  switch (below(12, random)) {
    case 0:
      return mutateBytes(zipOf(entries), random)
    case 1:
      return other({
        name: oneOf(['x', '../x', '/x', '', `${entry.name}/`, 'a/data.pkl', 'a/data/0'], random),
      })
    case 2:
      return zipOf(entries.toSpliced(place, 1))
    case 3:
      return zipOf([...entries, entry])
    case 4:
      return other({
        claims: { size: oneOf([0, 1, 2 ** 20, 2 ** 32 - 2], random) },
        isDeflated: random() < 0.5,
      })
    case 5:
      if (random() < 0.1) return other({ bytes: Buffer.alloc(BOMB_BYTES), isDeflated: true })
      return other({ claims: { crc: 1 } })
    default:
      return other({ bytes: mutateBytes(entry.bytes, random), isDeflated: random() < 0.2 })
  }
}

const LENGTH_BYTES = 8

/** A safetensors file of the JSON of a header and the bytes behind it. */
export function safetensorsOf(header: string, data: Uint8Array): Buffer {
  const text = Buffer.from(header)
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeBigUInt64LE(BigInt(text.length))
  return Buffer.concat([length, text, data])
}

/** Changes the header, whose length stays right, the data, or any bytes. */
export function mutateSafetensors(bytes: Buffer, random: Random): Buffer {
  const end = LENGTH_BYTES + Number(bytes.readBigUInt64LE(0))
  const header = JSON.parse(bytes.toString('utf8', LENGTH_BYTES, end)) as Json
  const data = bytes.subarray(end)
  switch (below(5, random)) {
    case 0:
      return mutateBytes(bytes, random)
    case 1:
      return safetensorsOf(JSON.stringify(header), mutateBytes(data, random))
    default:
      return safetensorsOf(mutateJson(header, random), data)
  }
}
