import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'

/** A folder of a test's own for files of outcomes. */
export class DataFiles {
  folder = ''

  async open(): Promise<void> {
    this.folder = await mkdtemp(path.join(os.tmpdir(), 'llimit-outcomes-'))
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true })
  }

  /** @returns the path of the file; compressed where the name ends in `.gz`. */
  async write(name: string, content: string | Buffer): Promise<string> {
    const file = path.join(this.folder, name)
    await writeFile(file, name.endsWith('.gz') ? gzipSync(content) : content)
    return file
  }

  /** A file of JSON lines. */
  writeRows(name: string, rows: readonly unknown[]): Promise<string> {
    return this.write(name, rows.map((row) => JSON.stringify(row) + '\n').join(''))
  }
}
