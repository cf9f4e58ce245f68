import { Writable } from 'node:stream'

import { expect } from 'chai'

import { LLimitError } from '../src/errors.js'
import { createLogger } from '../src/log.js'

function capture(level: 'info' | 'debug', options: { silent?: boolean; format?: 'text' } = {}) {
  const written: string[] = []
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk.toString())
      done()
    },
  })
  return { written, log: createLogger(level, { stream, ...options }) }
}

describe('createLogger', () => {
  it('writes one JSON object per line, with the time and the fields', () => {
    const { log, written } = capture('info')
    log.info('listening', { port: 8000 })
    expect(written).to.have.length(1)
    expect(written[0]).to.match(/^\{.*\}\r?\n$/)
    const line = JSON.parse(written[0] ?? '') as Record<string, unknown>
    expect(line).to.include({ level: 'info', message: 'listening', port: 8000 })
    expect(new Date(String(line['timestamp'])).getTime()).to.be.greaterThan(0)
  })

  it('writes an error with its code, its stack and its causes', () => {
    const { log, written } = capture('info')
    const cause = new Error('no such file', { cause: 'disk' })
    log.error('failed', { error: new LLimitError('MODEL_BROKEN', 'It is broken', { cause }) })
    const { error } = JSON.parse(written[0] ?? '') as { error: Record<string, unknown> }
    expect(error).to.include({ name: 'LLimitError', code: 'MODEL_BROKEN', message: 'It is broken' })
    expect(error['stack']).to.include('log.test')
    expect(error['cause']).to.include({ name: 'Error', message: 'no such file', cause: 'disk' })
  })

  it('ends a chain of causes that bites its tail', () => {
    const { log, written } = capture('info')
    const error = new Error('tail')
    error.cause = error
    log.error('failed', { error })
    expect(written[0]?.match(/"message":"tail"/g)).to.have.length(9)
  })

  it('writes text for a person: few digits, nothing of what is empty, an error with its stack', () => {
    const { log, written } = capture('info', { format: 'text' })
    log.info('scorer ready', { backend: 'wasm', ms: 12.34567, llms: 130, rejected: [] })
    expect(written[0]).to.match(
      /^\d\d:\d\d:\d\d info {2}scorer ready: backend wasm, ms 12\.35, llms 130\r?\n$/,
    )
    log.error('failed', { error: new LLimitError('MODEL_BROKEN', 'It is broken') })
    expect(written[1]).to.match(/^\d\d:\d\d:\d\d error failed\nLLimitError: It is broken\n +at /)
  })

  it('leaves out what is below its level', () => {
    const { log, written } = capture('info')
    log.debug('detail')
    expect(written).to.deep.equal([])
    expect(log.isDebugEnabled()).to.equal(false)
    expect(capture('debug').log.isDebugEnabled()).to.equal(true)
  })

  it('writes nothing when silent', () => {
    const { log, written } = capture('info', { silent: true })
    log.error('failed')
    expect(written).to.deep.equal([])
  })
})
