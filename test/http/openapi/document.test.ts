import { expect } from 'chai'

import { systemOneErrors } from '../../../src/http/decisions/errorForms.js'
import { COMPONENTS } from '../../../src/http/openapi/components.js'
import { createOpenApi } from '../../../src/http/openapi/document.js'
import { MODEL } from '../../../src/http/openapi/examples.js'
import { STATUS } from '../../../src/http/status.js'
import type { AnswerCode } from '../../../src/errors.js'
import { createApp } from '../../../src/http/app.js'
import { createLogger } from '../../../src/log.js'
import { OPEN_PATHS } from '../../../src/http/doors/apiKeys.js'
import { errorSchema } from '../../../src/http/schemas.js'
import { DECISIONS, LIMITS, fakeService, post, useApp } from '../runningApp.js'

const document = createOpenApi('1.0.0', LIMITS)
const operations = Object.entries(document.paths).flatMap(([path, { get, post }]) => [
  ...(get === undefined ? [] : [{ method: 'GET', path, operation: get }]),
  ...(post === undefined ? [] : [{ method: 'POST', path, operation: post }]),
])

/** Of the routes whose clients are told of errors in another form: its schema and its statuses. */
const FORMS: Record<string, [schema: string, status: Record<AnswerCode, number>]> = {
  '/v1/systemone': ['SystemOneError', systemOneErrors.status],
  '/v1/decisions': ['OpenAiError', STATUS],
  '/v1/models': ['OpenAiError', STATUS],
}

function schemaAt(reference: string): { parse(value: unknown): unknown } {
  const found = Object.entries(COMPONENTS).find(([name]) => reference === `#/components/schemas/${name}`)
  if (found === undefined) throw new Error(`expected the reference of a named schema, got ${reference}`)
  return found[1]
}

const EARLY = ['408', '417', '431']

describe('createOpenApi', () => {
  const tiers = new Map([
    ['SIMPLE', ['llama-3.1-8b-instruct']],
    ['COMPLEX', ['gpt-4o-2024-05-13']],
  ])
  const app = useApp({}, {}, { tiers })

  it('documents what the application answers', async () => {
    for (const { method, path, operation } of operations) {
      const url = app.url + path.replace('{type}', MODEL.type).replace('{name}', MODEL.name)
      const example = operation.requestBody?.content['application/json']?.example
      const response =
        example === undefined ? await fetch(url, { method }) : await post(app, example, undefined, path)
      expect(response.status, path).to.equal(200)
      const documented = Object.keys(operation.responses['200']?.content ?? {})
      expect(response.headers.get('content-type')?.split(';')).to.include(documented[0])
    }
  })

  it('leaves out no route of the application', () => {
    const { router } = createApp({
      service: fakeService,
      limits: LIMITS,
      defaultModel: 'dense_network/default',
      decisions: DECISIONS,
      version: '1.0.0',
      log: createLogger('error', { silent: true }),
      metricsText: () => Promise.resolve(''),
    })
    const routes = router.stack.flatMap(({ route }) => (route === undefined ? [] : [route.path]))
    const documented = routes.map((path) => path.replace(/:(\w+)/g, '{$1}'))
    expect([...documented, '/playground', '/docs', '/redoc']).to.have.members(Object.keys(document.paths))
  })

  it('answers every route as its schema says', async () => {
    for (const { path, operation } of operations.filter(({ method }) => method === 'GET')) {
      const schema = operation.responses['200']?.content['application/json']?.schema
      if (schema === undefined || !('$ref' in schema)) continue
      const url = app.url + path.replace('{type}', MODEL.type).replace('{name}', MODEL.name)
      const body = await (await fetch(url)).json()
      expect(schemaAt(schema.$ref).parse(body)).to.deep.equal(body)
    }
  })

  it('has an example that fits its schema wherever there is a JSON schema', () => {
    let examples = 0
    for (const { path, operation } of operations) {
      const contents = [operation.requestBody, ...Object.values(operation.responses)].flatMap((part) =>
        Object.values(part?.content ?? {}),
      )
      for (const { schema, example, examples: named } of contents) {
        if (!('$ref' in schema)) continue
        const values = [example, ...Object.values(named ?? {}).map(({ value }) => value)]
        for (const value of values.filter((value) => value !== undefined)) {
          expect(() => schemaAt(schema.$ref).parse(value), path).to.not.throw()
          examples += 1
        }
        expect(values.length, path).to.be.greaterThan(0)
      }
    }
    expect(examples).to.be.greaterThan(20)
  })

  it('gives every error response the schema of its form and an example of the right status', () => {
    for (const { path, operation } of operations) {
      const [schema, status] = FORMS[path] ?? ['Error', STATUS]
      const errors = Object.entries(operation.responses).filter(([status]) => status !== '200')
      expect(errors.map(([status]) => status)).to.include.members(['405', '500'])
      for (const [answered, { content }] of errors) {
        // Told by the server, before a route could.
        if (EARLY.includes(answered)) continue
        // The answer of a probe, not an error.
        if (path === '/ready' && answered === '503') continue
        const media = content['application/json']
        expect(media?.schema).to.deep.equal({ $ref: `#/components/schemas/${schema}` })
        const codes = Object.keys(media?.examples ?? {}) as AnswerCode[]
        expect(codes, path).to.not.be.empty
        expect(new Set(codes.map((code) => status[code]))).to.deep.equal(new Set([Number(answered)]))
      }
    }
  })

  it('says what any request may be answered before it comes to a route, and the limits of counts', () => {
    for (const { path, operation } of operations) {
      expect(operation.responses, path).to.include.keys(EARLY)
      for (const status of EARLY) {
        const media = operation.responses[status]?.content['application/json']
        expect(() => errorSchema.parse(media?.example), `${path} ${status}`).to.not.throw()
      }
    }
    const { InferRequest, RankRequest } = createOpenApi('1.0.0', { ...LIMITS, promptChars: 999 }).components
      .schemas
    const text = JSON.stringify([InferRequest, RankRequest])
    expect(text.match(/"maxItems":5/g)).to.have.length(2)
    expect(text.match(/"maxItems":4/g)).to.have.length(2)
    expect(text.match(/"maxLength":999/g)).to.have.length(3)
    // Of names.
    expect(text.match(/"maxLength":1000/g)).to.have.length(6)
  })

  it('says which routes want a key, if the server has keys', () => {
    expect(document.security).to.deep.include({}).and.to.have.length(3)
    for (const { path, operation } of operations) {
      const isOpen = OPEN_PATHS.includes(path)
      expect('401' in operation.responses, path).to.equal(!isOpen)
      expect(operation.security, path).to.deep.equal(isOpen ? [] : undefined)
    }
  })

  it('says the form of names, and how many entries an object may have', () => {
    const { schemas } = document.components
    expect(schemas['InferRequest']).to.have.nested.property('properties.model.pattern', '^(dense_network)/')
    const [type] = document.paths['/models/{type}/{name}']?.get?.parameters ?? []
    expect(type?.schema).to.deep.equal({ type: 'string', pattern: '^(dense_network)$' })
    const questions = 'properties.questions'
    expect(schemas['SystemOneRequest']).to.have.nested.property(questions).that.includes({
      minProperties: 1,
      maxProperties: 400,
    })
    expect(schemas['ClassifyRequest'])
      .to.have.nested.property('properties.inputs')
      .that.includes({ minLength: 1, maxLength: 1000 })
    const pair = { input_price: ['output_price'], output_price: ['input_price'] }
    expect(schemas['Candidate']).to.have.property('dependentRequired').that.deep.equals(pair)
  })

  it('says when to try again, and how to say how long one waits, of the routes that may be overloaded', () => {
    const overloaded = operations.filter(({ operation }) => '429' in operation.responses)
    expect(overloaded.map(({ path }) => path)).to.include.members(['/infer', '/rank', '/v1/systemone'])
    for (const { path, operation } of overloaded) {
      expect(operation.responses['429']?.headers, path).to.have.all.keys('Retry-After')
      expect(
        operation.parameters?.map(({ name }) => name),
        path,
      ).to.include('X-Request-Timeout-Ms')
    }
  })

  it('resolves each of its references', () => {
    const references = JSON.stringify(document).match(/"\$ref":"[^"]*"/g) ?? []
    expect(references.length).to.be.greaterThan(10)
    for (const reference of references) {
      const name = /^"\$ref":"#\/components\/schemas\/(\w+)"$/.exec(reference)?.[1] ?? ''
      expect(Object.keys(document.components.schemas)).to.include(name)
    }
  })

  it('says of the request what the validation says', () => {
    const schema = document.components.schemas['InferRequest']
    expect(schema).to.deep.include({ type: 'object', required: ['model', 'models_to_score', 'prompts'] })
    expect(schema).to.have.nested.property('properties.batch_size').that.deep.includes({
      type: 'integer',
      minimum: 1,
      maximum: 1024,
      default: 128,
    })
    expect(schema).to.have.nested.property('properties.prompts.minItems', 1)
  })

  it('names the limits of this server and stays on it', () => {
    expect(document.paths['/infer']?.post?.description).to.include('5 prompts of 1000 characters')
    expect(document.servers).to.deep.equal([{ url: '.' }])
    // Links of a description are followed from the page that shows it, behind a proxy too.
    expect(JSON.stringify(document)).to.not.include('](/')
    expect(JSON.stringify(document)).to.not.match(/https?:/)
  })
})
