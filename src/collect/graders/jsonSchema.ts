import { Ajv } from 'ajv'
import type { ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'

import { jsonIn } from './extract.js'

/** Schemas that say so are read by the rules of 2019 and before, all others by those of 2020. */
const OLDER = /draft-0[67]/

/** Checks answers by JSON schemas, each compiled once. */
export class JsonSchemas {
  readonly #compiled = new Map<string, ValidateFunction>()

  /** @throws Error with what is wrong with the schema. */
  compile(schema: object | boolean): ValidateFunction {
    const text = JSON.stringify(schema)
    const before = this.#compiled.get(text)
    if (before !== undefined) return before
    const isOlder = typeof schema === 'object' && '$schema' in schema && OLDER.test(String(schema.$schema))
    // A validator of its own for each: two schemas may have the same $id.
    const ajv = isOlder ? new Ajv({ strict: false }) : new Ajv2020({ strict: false })
    formats.default(ajv)
    const compiled = ajv.compile(schema)
    this.#compiled.set(text, compiled)
    return compiled
  }

  /** 1 if the JSON value that the answer gives is valid, else 0. */
  grade(answer: string, schema: object | boolean): number {
    const json = jsonIn(answer)
    return Number(json !== undefined && this.compile(schema)(json.value))
  }
}
