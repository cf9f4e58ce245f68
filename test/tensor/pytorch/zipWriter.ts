import { crc32 } from 'node:zlib'

/** A zip archive of stored files; a name may stand twice, as hostile archives have it. */
export function zip(files: readonly (readonly [name: string, contents: Uint8Array])[]): Buffer {
  const bodies: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, contents] of files) {
    const common = commonFields(contents, name)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), contents])
    const place = Buffer.alloc(14)
    place.writeUInt32LE(offset, 10)
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, place, Buffer.from(name)]))
    bodies.push(local)
    offset += local.length
  }
  const entries = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(entries.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...bodies, entries, end])
}

/** From "version needed" to "extra field length", which local headers and the directory share. */
function commonFields(contents: Uint8Array, name: string): Buffer {
  const fields = Buffer.alloc(26)
  fields.writeUInt16LE(20, 0)
  fields.writeUInt32LE(crc32(contents), 10)
  fields.writeUInt32LE(contents.length, 14)
  fields.writeUInt32LE(contents.length, 18)
  fields.writeUInt16LE(Buffer.byteLength(name), 22)
  return fields
}
