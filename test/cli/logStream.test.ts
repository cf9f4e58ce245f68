import { Writable } from 'node:stream'

import { expect } from 'chai'

import { LogStream } from '../../src/cli/logStream.js'

const LINE = `${'x'.repeat(1023)}\n`

/** Takes one piece and no other, until it is told to. */
class Pipe extends Writable {
  text = ''
  #next: (() => void) | undefined

  override _write(lines: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    this.text += String(lines)
    this.#next = callback
  }

  /** Reads all that waits. */
  read(): void {
    while (this.#next !== undefined) {
      const next = this.#next
      this.#next = undefined
      next()
    }
  }
}

describe('LogStream', () => {
  it('keeps a bounded number of lines for whoever does not read, and says later what was dropped', () => {
    const pipe = new Pipe()
    const told: number[] = []
    const log = new LogStream(pipe, (bytes) => told.push(bytes))
    for (let line = 0; line < 10_000; line++) log.write(LINE)
    expect(pipe.writableLength).to.be.within(2 ** 20, 4 * 2 ** 20)
    expect(log.writableLength).to.equal(0)
    expect(told).to.deep.equal([])
    const kept = pipe.writableLength
    pipe.read()
    log.write('last\n')
    pipe.read()
    expect(pipe.text.length).to.equal(kept + 'last\n'.length)
    expect(pipe.text.endsWith('last\n')).to.equal(true)
    expect(told).to.deep.equal([10_000 * LINE.length - kept])
  })

  it('writes what comes at once, so that a line at the end is not lost', () => {
    const pipe = new Pipe()
    new LogStream(pipe, () => undefined).write('one\n')
    expect(pipe.text).to.equal('one\n')
  })
})
