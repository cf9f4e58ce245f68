import { crc32 } from 'node:zlib'

import { fromBufferPromise } from 'yauzl'
import type { Entry, ZipFile } from 'yauzl'

import { LLimitError, messageOf, quote } from '../errors.js'
import { invalidCheckpoint } from './invalidCheckpoint.js'

/** torch.save writes one file per storage. */
const MAX_ZIP_ENTRIES = 20_000

/** Bytes of all files after inflating; as much as a checkpoint that is not a zip may have. */
const MAX_UNZIPPED_BYTES = 512 * 2 ** 20

/**
 * All files of a zip archive by name; sizes and checksums are checked.
 * @throws LLimitError INVALID_CHECKPOINT where it is damaged, too large or names a file twice
 */
export async function readZipArchive(bytes: Buffer): Promise<ReadonlyMap<string, Uint8Array>> {
  try {
    return await readEntries(await fromBufferPromise(bytes))
  } catch (error) {
    if (error instanceof LLimitError) throw error
    throw invalidCheckpoint(`the zip archive is damaged: ${messageOf(error)}`, error)
  }
}

async function readEntries(zip: ZipFile): Promise<ReadonlyMap<string, Uint8Array>> {
  if (zip.entryCount > MAX_ZIP_ENTRIES) {
    throw invalidCheckpoint(`the zip archive has ${zip.entryCount} files, more than ${MAX_ZIP_ENTRIES}`)
  }
  const files = new Map<string, Uint8Array>()
  let total = 0
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName
    if (files.has(name)) throw invalidCheckpoint(`the zip archive has two files ${quote(name)}`)
    total += entry.uncompressedSize
    if (total > MAX_UNZIPPED_BYTES) {
      throw invalidCheckpoint(`the zip archive unpacks to more than ${MAX_UNZIPPED_BYTES} bytes`)
    }
    files.set(name, await readEntry(zip, entry))
  }
  return files
}

/** The stream itself fails where the data is longer or shorter than the entry says. */
async function readEntry(zip: ZipFile, entry: Entry): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer)
  const contents = Buffer.concat(chunks)
  if (crc32(contents) !== entry.crc32) {
    throw invalidCheckpoint(`${quote(entry.fileName)} in the zip archive differs from its checksum`)
  }
  return contents
}
