import { expect } from 'chai'

import { LLimitError } from '../../../src/errors.js'
import { llmList } from '../../../src/http/openapi/examples.js'
import { llmListSchema } from '../../../src/http/llmSchemas.js'
import { errorOf, useApp } from '../runningApp.js'

describe('GET /llms', () => {
  const asked: string[] = []
  const app = useApp({
    listLlms: (model) => {
      asked.push(model)
      if (model === 'dense_network/nope') {
        return Promise.reject(new LLimitError('MODEL_NOT_FOUND', 'There is none'))
      }
      return Promise.resolve(llmList)
    },
  })

  it('lists the LLMs of the default, or of the saved model that is named', async () => {
    const body = await (await fetch(`${app.url}/llms`)).json()
    expect(body).to.deep.equal(llmList)
    expect(llmListSchema.parse(body)).to.deep.equal(llmList)
    await fetch(`${app.url}/llms?model=dense_network/other@2&foo=1`)
    expect(asked).to.deep.equal(['dense_network/default', 'dense_network/other@2'])
  })

  it('names what is wrong with the query', async () => {
    const response = await fetch(`${app.url}/llms?model=a/b&model=c/d`)
    expect(response.status).to.equal(400)
    expect(await errorOf(response)).to.deep.include({ code: 'INVALID_REQUEST' })
    expect((await fetch(`${app.url}/llms?model=dense_network/nope`)).status).to.equal(404)
    expect((await fetch(`${app.url}/llms`, { method: 'POST' })).status).to.equal(405)
  })
})
