import { z } from 'zod'

import { classifyRequestSchema, classifyResponseSchema } from '../decisions/classify.js'
import {
  decisionsRequestSchema,
  decisionsResponseSchema,
  openAiErrorSchema,
  openAiModelsSchema,
} from '../decisions/decisionsSchemas.js'
import {
  systemOneErrorSchema,
  systemOneRequestSchema,
  systemOneResponseSchema,
} from '../decisions/systemOneSchemas.js'
import { LLM_SCHEMAS } from '../llmSchemas.js'
import { OUTCOME_SCHEMAS } from '../outcomeSchemas.js'
import { RANK_SCHEMAS } from '../rankSchemas.js'
import { NAMED_SCHEMAS } from '../schemas.js'

/** The names that schemas have in the OpenAPI document. */
export const COMPONENTS = {
  ...NAMED_SCHEMAS,
  ...LLM_SCHEMAS,
  ...RANK_SCHEMAS,
  ...OUTCOME_SCHEMAS,
  ClassifyRequest: classifyRequestSchema,
  ClassifyResponse: classifyResponseSchema,
  DecisionsRequest: decisionsRequestSchema,
  DecisionsResponse: decisionsResponseSchema,
  OpenAiError: openAiErrorSchema,
  OpenAiModels: openAiModelsSchema,
  SystemOneError: systemOneErrorSchema,
  SystemOneRequest: systemOneRequestSchema,
  SystemOneResponse: systemOneResponseSchema,
}
export type SchemaName = keyof typeof COMPONENTS

interface Converted {
  zodSchema: z.core.$ZodType
  jsonSchema: z.core.JSONSchema.BaseSchema
}

export interface Reference {
  $ref: string
}

export function schemaRef(name: SchemaName): Reference {
  return { $ref: pointerTo(name) }
}

/** `components.schemas` of the document, generated from the Zod schemas that validate requests. */
export function componentSchemas(): Record<string, object> {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of Object.entries(COMPONENTS)) registry.add(schema, { id })
  // "input" leaves the answers open to fields that later versions add.
  const { schemas } = z.toJSONSchema(registry, { io: 'input', uri: pointerTo, override: forGenerators })
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      // Dialect and base are the document's.
      { ...schema, $schema: undefined, $id: undefined },
    ]),
  )
}

/** Schemas that generators of clients do not take, in a form that they do. */
function forGenerators({ zodSchema, jsonSchema }: Converted): void {
  // A default that is no scalar has no form in many languages; the description says it.
  if (typeof jsonSchema.default === 'object') delete jsonSchema.default
  if (zodSchema === COMPONENTS.Json) {
    // A union that holds itself.
    delete jsonSchema.anyOf
    jsonSchema.description = 'Any JSON value.'
  }
  const [only, ...others] = jsonSchema.oneOf ?? []
  if (only !== undefined && others.length === 0) {
    delete jsonSchema.oneOf
    Object.assign(jsonSchema, only)
  }
}

function pointerTo(name: string): string {
  return `#/components/schemas/${name}`
}
