import { quote } from '../errors.js'
import { invalidCheckpoint } from './invalidCheckpoint.js'
import type { PickleOptions } from './pickle/pickleMachine.js'
import type { PyValue } from './pickle/values.js'
import { parseStorageId } from './torchTensor.js'
import { readZipArchive } from './zipArchive.js'

/** What `torch.save` puts into its zip container. */
export interface TorchArchive {
  /** A pickle whose persistent ids name the storages. */
  readonly pickle: Uint8Array
  readonly persistentLoad: NonNullable<PickleOptions['persistentLoad']>
}

const PICKLE = 'data.pkl'

/**
 * Opens the container of `torch.save`: `<stem>/data.pkl`, `<stem>/data/<key>` with the raw elements of each storage, and
 * `<stem>/byteorder`, which is absent before torch 2.1.
 */
export async function readTorchArchive(bytes: Buffer): Promise<TorchArchive> {
  const files = await readZipArchive(bytes)
  const [picklePath, ...others] = [...files.keys()].filter((name) => name.endsWith(`/${PICKLE}`))
  const pickle = picklePath === undefined ? undefined : files.get(picklePath)
  if (picklePath === undefined || !pickle || others.length > 0) {
    throw invalidCheckpoint(`the zip archive does not hold one ${PICKLE}, so torch.save did not write it`)
  }
  const folder = picklePath.slice(0, -PICKLE.length)
  checkByteOrder(files.get(`${folder}byteorder`))
  return { pickle, persistentLoad: (id) => findStorage(id, files, folder) }
}

function checkByteOrder(contents: Uint8Array | undefined): void {
  const order = contents === undefined ? 'little' : Buffer.from(contents).toString('latin1').trim()
  if (order !== 'little') {
    throw invalidCheckpoint(`the byte order is ${quote(order)}, only little is supported`)
  }
}

function findStorage(id: PyValue, files: ReadonlyMap<string, Uint8Array>, folder: string): PyValue {
  const { type, key, byteLength } = parseStorageId(id)
  const name = `data/${key}`
  const bytes = files.get(`${folder}${name}`)
  if (!bytes) throw invalidCheckpoint(`the zip archive has no ${quote(name)}`)
  if (bytes.length !== byteLength) {
    throw invalidCheckpoint(`${quote(name)} has ${bytes.length} bytes where ${byteLength} belong`)
  }
  return { kind: 'storage', type, bytes }
}
