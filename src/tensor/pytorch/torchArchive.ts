import { crc32 } from 'node:zlib'

import { fromBufferPromise } from 'yauzl'
import type { Entry, ZipFile } from 'yauzl'

import { LLimitError, messageOf, quote } from '../../errors.js'
import { valueAt } from '../../numeric/at.js'
import { invalidCheckpoint } from './invalidCheckpoint.js'
import type { PickleOptions } from './pickle/pickleMachine.js'
import type { PyValue } from './pickle/values.js'
import { parseStorageId } from './torchTensor.js'

/** What `torch.save` puts into its zip container. */
export interface TorchArchive {
  /** A pickle whose persistent ids name the storages. */
  readonly pickle: Uint8Array
  readonly persistentLoad: NonNullable<PickleOptions['persistentLoad']>
}

/** torch.save writes one file per storage. */
const MAX_ZIP_ENTRIES = 20_000

/** Bytes of all files after inflating; as much as a checkpoint that is not a zip may have. */
const MAX_UNZIPPED_BYTES = 512 * 2 ** 20

const PICKLE = 'data.pkl'

/**
 * Opens the container of `torch.save`: `<stem>/data.pkl`, `<stem>/data/<key>` with the raw elements of each storage, and
 * `<stem>/byteorder`, which is absent before torch 2.1.
 * @param maxBytes of all files after inflating
 */
export async function readTorchArchive(bytes: Buffer, maxBytes = MAX_UNZIPPED_BYTES): Promise<TorchArchive> {
  const files = await readZipArchive(bytes, maxBytes)
  const pickles = [...files.keys()].filter((name) => name.endsWith(`/${PICKLE}`))
  const [picklePath] = pickles
  if (picklePath === undefined || pickles.length > 1) {
    throw invalidCheckpoint(
      `zip archive: expected one ${PICKLE}, as torch.save writes it, got ${pickles.length}`,
    )
  }
  const pickle = valueAt(files, picklePath)
  const folder = picklePath.slice(0, -PICKLE.length)
  checkByteOrder(files.get(`${folder}byteorder`))
  return { pickle, persistentLoad: (id) => findStorage(id, files, folder) }
}

function checkByteOrder(contents: Uint8Array | undefined): void {
  const order = contents === undefined ? 'little' : Buffer.from(contents).toString('latin1').trim()
  if (order !== 'little') {
    throw invalidCheckpoint(`byteorder: expected "little", got ${quote(order)}`)
  }
}

function findStorage(id: PyValue, files: ReadonlyMap<string, Uint8Array>, folder: string): PyValue {
  const { type, key, byteLength } = parseStorageId(id)
  const name = `data/${key}`
  const bytes = files.get(`${folder}${name}`)
  if (bytes === undefined) throw invalidCheckpoint(`zip archive: expected a file ${quote(name)}, got none`)
  if (bytes.length !== byteLength) {
    throw invalidCheckpoint(`zip archive: ${quote(name)}: expected ${byteLength} bytes, got ${bytes.length}`)
  }
  return { kind: 'storage', type, bytes }
}

/**
 * All files of a zip archive by name; sizes and checksums are checked.
 * @throws LLimitError INVALID_CHECKPOINT if it is damaged, too large or names a file twice.
 */
async function readZipArchive(bytes: Buffer, maxBytes: number): Promise<ReadonlyMap<string, Uint8Array>> {
  try {
    return await readEntries(await fromBufferPromise(bytes), maxBytes)
  } catch (error) {
    if (error instanceof LLimitError) throw error
    throw invalidCheckpoint(`expected an intact zip archive: ${messageOf(error)}`, error)
  }
}

async function readEntries(zip: ZipFile, maxBytes: number): Promise<ReadonlyMap<string, Uint8Array>> {
  if (zip.entryCount > MAX_ZIP_ENTRIES) {
    throw invalidCheckpoint(`zip archive: expected at most ${MAX_ZIP_ENTRIES} files, got ${zip.entryCount}`)
  }
  const files = new Map<string, Uint8Array>()
  let total = 0
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName
    if (files.has(name)) throw invalidCheckpoint(`zip archive: expected one file ${quote(name)}, got two`)
    total += entry.uncompressedSize
    if (total > maxBytes) {
      throw invalidCheckpoint(`zip archive: expected at most ${maxBytes} bytes when unpacked, got more`)
    }
    files.set(name, await readEntry(zip, entry))
  }
  return files
}

/** The stream itself fails if the data is longer or shorter than the entry says. */
async function readEntry(zip: ZipFile, entry: Entry): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer)
  const contents = Buffer.concat(chunks)
  const found = crc32(contents)
  if (found !== entry.crc32) {
    const name = quote(entry.fileName)
    throw invalidCheckpoint(`zip archive: ${name}: expected the CRC-32 ${entry.crc32}, got ${found}`)
  }
  return contents
}
