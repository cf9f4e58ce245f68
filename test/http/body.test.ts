import { createConnection } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'

import { expect } from 'chai'

import { INFER, errorOf, post, useApp } from './runningApp.js'

const JSON_TYPE = { 'content-type': 'application/json' }

describe('readJson', () => {
  const app = useApp()

  async function expectRefusal(response: Response, status: number, code: string, sentence: string) {
    const error = await errorOf(response)
    expect(error.code).to.equal(code)
    expect(error.detail).to.include(sentence)
    expect(response.status).to.equal(status)
    expect(response.headers.get('content-type')).to.equal('application/json')
  }

  it('reads JSON, with a charset, as a JSON dialect, compressed, or with a byte order mark', async () => {
    for (const type of ['application/json; charset=UTF-8', 'application/vnd.api+json', 'APPLICATION/JSON']) {
      expect((await post(app, INFER, { 'content-type': type })).status).to.equal(200)
    }
    const packed = gzipSync(JSON.stringify(INFER))
    expect((await post(app, packed, { ...JSON_TYPE, 'content-encoding': 'gzip' })).status).to.equal(200)
    expect((await post(app, `\ufeff${JSON.stringify(INFER)}`)).status).to.equal(200)
  })

  it('refuses what is not JSON', async () => {
    for (const body of ['{"model": ', 'x', ' ', '{"a":NaN}', '{}{}', "{'a':1}"]) {
      await expectRefusal(await post(app, body), 400, 'INVALID_JSON', 'is not valid JSON')
    }
  })

  it('refuses an empty body', async () => {
    await expectRefusal(await post(app, ''), 400, 'INVALID_JSON', 'is empty')
    const bare = await fetch(`${app.url}/infer`, { method: 'POST', headers: JSON_TYPE })
    await expectRefusal(bare, 400, 'INVALID_JSON', 'is empty')
  })

  it('refuses bytes that are not UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')])
    await expectRefusal(await post(app, bytes), 400, 'INVALID_JSON', 'not valid UTF-8')
  })

  it('refuses a JSON value that is not an object', async () => {
    for (const body of ['[]', 'null', '5', '"x"', 'true']) {
      await expectRefusal(await post(app, body), 400, 'INVALID_REQUEST', 'body must be a JSON object')
    }
  })

  it('refuses other content types, charsets and encodings', async () => {
    const cases = [
      [{ 'content-type': 'text/plain' }, 'must be application/json, received text/plain'],
      [{ 'content-type': '' }, 'must be application/json, received'],
      [{ 'content-type': 'application/json; charset=latin1' }, 'charset must be utf-8, received latin1'],
      [{ 'content-type': 'application/json; charset=utf-16' }, 'charset must be utf-8, received utf-16'],
      [{ ...JSON_TYPE, 'content-encoding': 'snappy' }, 'encoding snappy is not supported'],
    ] as const
    for (const [headers, sentence] of cases) {
      await expectRefusal(await post(app, INFER, headers), 415, 'UNSUPPORTED_MEDIA_TYPE', sentence)
    }
  })

  it('refuses a body without a content type', async () => {
    const body = new Uint8Array(Buffer.from(JSON.stringify(INFER)))
    const response = await fetch(`${app.url}/infer`, { method: 'POST', body })
    await expectRefusal(response, 415, 'UNSUPPORTED_MEDIA_TYPE', 'received nothing')
  })

  it('refuses broken compression', async () => {
    const response = await post(app, 'not gzip', { ...JSON_TYPE, 'content-encoding': 'gzip' })
    await expectRefusal(response, 400, 'INVALID_REQUEST', 'cannot be read: incorrect header check')
  })

  it('refuses more bytes than the limit, announced, streamed or unpacked', async () => {
    const tooMuch = ' '.repeat(10_001)
    const limit = 'may have at most 10000 bytes, received'
    await expectRefusal(await post(app, tooMuch), 413, 'TOO_LARGE', `${limit} 10001`)
    const packed = await post(app, gzipSync(tooMuch), { ...JSON_TYPE, 'content-encoding': 'gzip' })
    await expectRefusal(packed, 413, 'TOO_LARGE', `${limit} at least 10001`)
    const stream = new Blob([tooMuch]).stream()
    const streamed = await fetch(`${app.url}/infer`, {
      method: 'POST',
      headers: JSON_TYPE,
      body: stream,
      duplex: 'half',
    })
    await expectRefusal(streamed, 413, 'TOO_LARGE', `${limit} at least`)
  })

  it('takes a body at the limit', async () => {
    const body = JSON.stringify(INFER)
    expect((await post(app, body + ' '.repeat(10_000 - body.length))).status).to.equal(200)
  })

  it('says nothing in the log of a client that leaves while sending', async () => {
    app.lines.length = 0
    const socket = createConnection(app.port, '127.0.0.1')
    const head =
      'POST /infer HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n'
    socket.write(`${head}{"mod`)
    await sleep(50)
    socket.destroy()
    while (app.lines.length === 0) await sleep(5)
    expect(app.lines.map((line) => [line['level'], line['aborted']])).to.deep.equal([['debug', true]])
  })
})

describe('readJson, with room', () => {
  const app = useApp({}, { bodyBytes: 1_000_000 })

  it('reads deeply nested JSON without harm', async () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000)
    const response = await post(app, `{"model":${deep},"models_to_score":[],"prompts":[${deep}]}`)
    expect(response.status).to.equal(400)
    expect((await errorOf(response)).errors).to.deep.equal([
      { path: 'model', message: 'model must be a string, received an array' },
      { path: 'prompts[0]', message: 'prompts[0] must be a string, received an array' },
    ])
  })
})
