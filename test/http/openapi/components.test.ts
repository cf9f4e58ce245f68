import { expect } from 'chai'

import { componentSchemas } from '../../../src/http/openapi/components.js'
import { createOpenApi } from '../../../src/http/openapi/document.js'
import { LIMITS } from '../runningApp.js'

interface Schema {
  [keyword: string]: unknown
  properties?: Record<string, Schema>
  default?: unknown
}

/** A keyword of which one at least says what a value looks like. */
const TYPING = ['type', '$ref', 'anyOf', 'oneOf', 'const', 'enum']

/** Every schema inside a value of the document, by where it is. */
function schemasIn(value: unknown, path: string): [path: string, schema: Schema][] {
  if (typeof value !== 'object' || value === null) return []
  const inner = Object.entries(value).flatMap(([key, part]) => schemasIn(part, `${path}/${key}`))
  const isSchema = /\/(?:properties\/\w+|items|additionalProperties|schema|schemas\/\w+|(?:any|one)Of\/\d+)$/
  return isSchema.test(path) ? [[path, value as Schema], ...inner] : inner
}

/** What generators of clients lose without a word. */
describe('componentSchemas', () => {
  const { paths } = createOpenApi('1.0.0', LIMITS)
  const components = componentSchemas()
  const schemas = [...schemasIn(components, '/schemas'), ...schemasIn(paths, '/paths')].filter(
    ([path]) => !/\/examples?\//.test(path),
  )

  it('says the type of every value, but of those that may be any', () => {
    expect(schemas.length).to.be.greaterThan(300)
    const untyped = schemas.filter(([, schema]) => !TYPING.some((keyword) => keyword in schema))
    const named = untyped.filter(([path]) => !path.endsWith('/additionalProperties'))
    expect(named.map(([path]) => path)).to.deep.equal(['/schemas/Json'])
  })

  it('says of every object which fields it has, or of what', () => {
    const closed = schemas.filter(
      ([, schema]) =>
        schema['type'] === 'object' && !('properties' in schema) && !('additionalProperties' in schema),
    )
    expect(closed.map(([path]) => path)).to.deep.equal([])
  })

  it('has defaults that are scalars', () => {
    const defaults = schemas.filter(([, schema]) => 'default' in schema)
    expect(defaults.length).to.be.greaterThan(3)
    for (const [path, schema] of defaults) expect(schema.default, path).to.not.be.an('object')
  })

  it('has no union of one', () => {
    for (const [path, schema] of schemas) {
      for (const union of [schema['oneOf'], schema['anyOf']]) {
        if (Array.isArray(union)) expect(union.length, path).to.be.greaterThan(1)
      }
    }
  })

  it('has no schema that holds itself', () => {
    const uses = new Map(
      Object.entries(components).map(([name, schema]) => [
        name,
        [...JSON.stringify(schema).matchAll(/"#\/components\/schemas\/(\w+)"/g)].flatMap(
          ([, used = '']) => used,
        ),
      ]),
    )
    for (const name of uses.keys()) {
      const seen = new Set(uses.get(name))
      for (const used of seen) for (const further of uses.get(used) ?? []) seen.add(further)
      expect([...seen], name).to.not.include(name)
    }
  })

  it('names each objective, as users of generated clients write them', () => {
    expect(components['RankRequest']).to.have.nested.property('properties.objective.oneOf').with.length(8)
    expect(components['ValueObjective']).to.deep.include({ type: 'object', required: ['type', 'dollars'] })
    expect(JSON.stringify(components['RankRequest'])).to.include('"#/components/schemas/ValueObjective"')
  })
})
