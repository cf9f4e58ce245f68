import type { Limits } from '../../config/limits.js'

interface Bounded {
  properties?: Record<string, Bounded>
  items?: Bounded
  maxItems?: number
  maxLength?: number
}

/**
 * Adds to the schemas of requests what this server takes at most. Validation does not use them: there a count that is over a
 * limit is told as such, before the entries are looked at.
 */
export function withLimits<S extends object>(schemas: Record<string, S>, limits: Limits): Record<string, S> {
  const bounded = structuredClone(schemas)
  const field = (schema: string, name: string): Bounded => {
    const found = (bounded[schema] as Bounded | undefined)?.properties?.[name]
    if (found === undefined) throw new RangeError(`expected a field ${name} of ${schema}, found none`)
    return found
  }
  for (const schema of ['InferRequest', 'RankRequest']) {
    const prompts = field(schema, 'prompts')
    prompts.maxItems = limits.prompts
    if (prompts.items !== undefined) prompts.items.maxLength = limits.promptChars
  }
  field('RankRequest', 'prompt').maxLength = limits.promptChars
  field('OutcomesRequest', 'outcomes').maxItems = limits.prompts
  field('ReportedOutcome', 'prompt').maxLength = limits.promptChars
  field('ClassifyRequest', 'inputs').maxLength = limits.promptChars
  field('InferRequest', 'models_to_score').maxItems = limits.llms
  field('RankRequest', 'candidates').maxItems = limits.llms
  return bounded
}
