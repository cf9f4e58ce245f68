import { expect } from 'chai'

import { LLimitError } from '../../../src/errors.js'
import { modelDescription, modelSummary } from '../../../src/http/openapi/examples.js'
import { errorOf, useApp } from '../runningApp.js'

describe('GET /models', () => {
  const unknown = { encoder: null, version: null, sha256: null }
  const broken = { model: 'dense_network/x', llms: [], ...unknown, loaded: false, error: 'No weights' }
  const app = useApp({ listModels: () => Promise.resolve([modelSummary, broken]) })

  it('lists what the service lists', async () => {
    const response = await fetch(`${app.url}/models`)
    expect(response.status).to.equal(200)
    expect(await response.json()).to.deep.equal({ models: [modelSummary, broken] })
  })
})

describe('GET /models/:type/:name', () => {
  const asked: string[] = []
  const app = useApp({
    describeModel: (model) => {
      asked.push(model)
      if (model === 'dense_network/nope') {
        return Promise.reject(new LLimitError('MODEL_NOT_FOUND', 'There is none'))
      }
      return Promise.resolve(modelDescription)
    },
  })

  it('answers the description with the card', async () => {
    const response = await fetch(`${app.url}/models/dense_network/default`)
    expect(await response.json()).to.deep.equal(modelDescription)
  })

  it('decodes a name once', async () => {
    asked.length = 0
    for (const name of ['a%2Fb', 'a%252Fb', '%C5%BC', 'a%20b', '..%2F..', '__proto__']) {
      expect((await fetch(`${app.url}/models/t/${name}`)).status).to.equal(200)
    }
    expect(asked).to.deep.equal(['t/a/b', 't/a%2Fb', 't/ż', 't/a b', 't/../..', 't/__proto__'])
  })

  it('rejects malformed percent-encoding in JSON', async () => {
    for (const name of ['%zz', '%', '%C5', '%ff']) {
      const response = await fetch(`${app.url}/models/t/${name}`)
      expect(response.status).to.equal(400)
      expect(await errorOf(response)).to.deep.equal({
        detail: 'The path is not valid percent-encoding of UTF-8',
        code: 'INVALID_REQUEST',
      })
    }
  })

  it('says 404 for a saved model that is not there', async () => {
    const response = await fetch(`${app.url}/models/dense_network/nope`)
    expect(response.status).to.equal(404)
    expect(await errorOf(response)).to.deep.equal({ detail: 'There is none', code: 'MODEL_NOT_FOUND' })
  })
})
