import { createConnection } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { deflateSync, gzipSync } from 'node:zlib'

import { expect } from 'chai'

import { INFER, errorOf, post, useApp } from '../runningApp.js'

const JSON_TYPE = { 'content-type': 'application/json' }

describe('acceptJson', () => {
  const app = useApp()

  async function expectRejection(response: Response, status: number, code: string, message: string) {
    const error = await errorOf(response)
    expect(error.code).to.equal(code)
    expect(error.detail).to.include(message)
    expect(response.status).to.equal(status)
    expect(response.headers.get('content-type')).to.equal('application/json')
  }

  /** Posts bytes without saying how many there are. */
  function stream(bytes: Uint8Array<ArrayBuffer>, headers: Record<string, string>): Promise<Response> {
    const body = new Blob([bytes]).stream()
    return fetch(`${app.url}/infer`, { method: 'POST', headers, body, duplex: 'half' })
  }

  it('reads JSON, with a charset, as a JSON dialect, compressed, or with a byte order mark', async () => {
    const types = ['application/json; charset=UTF-8', 'application/json;charset="utf8"']
    for (const type of [...types, 'application/vnd.api+json', 'APPLICATION/JSON']) {
      expect((await post(app, INFER, { 'content-type': type })).status).to.equal(200)
    }
    const packed = gzipSync(JSON.stringify(INFER))
    expect((await post(app, packed, { ...JSON_TYPE, 'content-encoding': 'gzip' })).status).to.equal(200)
    expect((await post(app, `\ufeff${JSON.stringify(INFER)}`)).status).to.equal(200)
  })

  it('rejects what is not JSON', async () => {
    for (const body of ['{"model": ', 'x', ' ', '{"a":NaN}', '{}{}', "{'a':1}"]) {
      await expectRejection(await post(app, body), 400, 'INVALID_JSON', 'is not valid JSON')
    }
  })

  it('rejects an empty body', async () => {
    await expectRejection(await post(app, ''), 400, 'INVALID_JSON', 'got an empty request body')
    const bare = await fetch(`${app.url}/infer`, { method: 'POST', headers: JSON_TYPE })
    await expectRejection(bare, 400, 'INVALID_JSON', 'got an empty request body')
  })

  it('rejects bytes that are not UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')])
    await expectRejection(await post(app, bytes), 400, 'INVALID_JSON', 'not valid UTF-8')
  })

  it('rejects a JSON value that is not an object', async () => {
    for (const body of ['[]', 'null', '5', '"x"', 'true']) {
      await expectRejection(await post(app, body), 400, 'INVALID_REQUEST', 'body: expected a JSON object')
    }
  })

  it('rejects other content types, charsets and encodings', async () => {
    const cases = [
      [{ 'content-type': 'text/plain' }, 'Expected the content type application/json, got text/plain'],
      [{ 'content-type': '' }, 'Expected the content type application/json, got'],
      [{ 'content-type': 'application/json; charset=latin1' }, 'Expected the charset utf-8, got latin1'],
      [{ 'content-type': 'application/json; charset=utf-16' }, 'Expected the charset utf-8, got utf-16'],
      [
        { ...JSON_TYPE, 'content-encoding': 'snappy' },
        'Expected a content encoding that is supported, got snappy',
      ],
    ] as const
    for (const [headers, message] of cases) {
      await expectRejection(await post(app, INFER, headers), 415, 'UNSUPPORTED_MEDIA_TYPE', message)
    }
  })

  it('rejects a body without a content type', async () => {
    const body = new Uint8Array(Buffer.from(JSON.stringify(INFER)))
    const response = await fetch(`${app.url}/infer`, { method: 'POST', body })
    await expectRejection(response, 415, 'UNSUPPORTED_MEDIA_TYPE', 'got nothing')
  })

  it('rejects broken compression', async () => {
    const response = await post(app, 'not gzip', { ...JSON_TYPE, 'content-encoding': 'gzip' })
    await expectRejection(response, 400, 'INVALID_REQUEST', 'cannot be read: incorrect header check')
  })

  it('rejects more bytes than the limit, announced, streamed or unpacked', async () => {
    const tooMuch = ' '.repeat(10_001)
    const limit = 'at most 10000 bytes, got'
    await expectRejection(await post(app, tooMuch), 413, 'TOO_LARGE', `${limit} 10001`)
    const packed = await post(app, gzipSync(tooMuch), { ...JSON_TYPE, 'content-encoding': 'gzip' })
    await expectRejection(packed, 413, 'TOO_LARGE', `${limit} at least 10001`)
    await expectRejection(
      await stream(Buffer.from(tooMuch), JSON_TYPE),
      413,
      'TOO_LARGE',
      `${limit} at least`,
    )
  })

  it('rejects more packed bytes than the limit, whatever they stand for', async () => {
    const nothing = { gzip: gzipSync(''), deflate: Buffer.from([0, 0, 0, 0xff, 0xff]) }
    const body = JSON.stringify(INFER)
    const packed = {
      gzip: [...Array<Buffer>(1000).fill(nothing.gzip), gzipSync(body)],
      deflate: [
        Buffer.from([0x78, 0x9c]),
        ...Array<Buffer>(3000).fill(nothing.deflate),
        deflateSync(body).subarray(2),
      ],
    }
    for (const [encoding, parts] of Object.entries(packed)) {
      const headers = { ...JSON_TYPE, 'content-encoding': encoding }
      const few = await stream(Buffer.concat([...parts.slice(0, 10), ...parts.slice(-1)]), headers)
      expect(few.status).to.equal(200)
      const many = await stream(Buffer.concat(parts), headers)
      await expectRejection(many, 413, 'TOO_LARGE', 'at most 10000 bytes, got at least')
    }
  })

  it('takes a body at the limit', async () => {
    const body = JSON.stringify(INFER)
    expect((await post(app, body + ' '.repeat(10_000 - body.length))).status).to.equal(200)
  })

  it('says nothing in the log of a client that leaves while sending', async () => {
    const isAborted = (line: Record<string, unknown>) => line['status'] === 499
    const socket = createConnection(app.port, '127.0.0.1')
    const head =
      'POST /infer HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n'
    socket.write(`${head}{"mod`)
    await sleep(50)
    socket.destroy()
    while (!app.lines.some(isAborted)) await sleep(5)
    expect(app.lines.find(isAborted)).to.include({ message: 'request', route: '/infer' })
    expect(app.lines.filter(({ level }) => level !== 'info' && level !== 'debug')).to.deep.equal([])
  })
})

describe('acceptJson, with room', () => {
  const app = useApp({}, { bodyBytes: 1_000_000 })

  async function rejectionOf(body: string | Uint8Array, headers: Record<string, string> = JSON_TYPE) {
    const response = await post(app, body, headers)
    expect(response.status).to.equal(413)
    const { code, detail } = await errorOf(response)
    expect(code).to.equal('TOO_LARGE')
    return detail
  }

  it('rejects JSON that is nested too deeply, also packed and in a field that is ignored (fault 5)', async () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000)
    const field = `{"model":"a/b","models_to_score":[],"prompts":["x"],"ignored":${deep}}`
    const packed = { ...JSON_TYPE, 'content-encoding': 'gzip' }
    for (const detail of [
      await rejectionOf(deep),
      await rejectionOf(field),
      await rejectionOf(gzipSync(field), packed),
    ]) {
      expect(detail).to.equal(
        'body: expected at most 64 levels, got more; LLIMIT_MAX_JSON_DEPTH sets the limit',
      )
    }
  })

  it('rejects JSON with too many members (fault 5)', async () => {
    const message = 'body: expected at most 16384 members, got more; LLIMIT_MAX_JSON_MEMBERS sets the limit'
    expect(await rejectionOf(`{"ignored":[${'1,'.repeat(40_000)}1]}`)).to.equal(message)
    expect(await rejectionOf(`[${'{},'.repeat(20_000)}{}]`)).to.equal(message)
  })

  it('takes brackets and commas in a prompt for what they are', async () => {
    const prompts = ['[{,"\\'.repeat(100)]
    expect((await post(app, { ...INFER, prompts })).status).to.equal(200)
  })

  it('reads a body that is parsed in the thread, and says what is wrong with one', async () => {
    const long = 'é'.repeat(300_000)
    const body = JSON.stringify({ ...INFER, ignored: long })
    expect((await post(app, `\ufeff${body}`)).status).to.equal(200)
    const broken = await post(app, body.slice(0, -1))
    expect(broken.status).to.equal(400)
    expect((await errorOf(broken)).detail).to.include('is not valid JSON')
  })
})
