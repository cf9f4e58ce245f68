import type { NameResolver } from '../catalogue/nameResolver.js'
import { LLimitError, quote } from '../errors.js'
import type { LlmRow } from '../numeric/indices.js'

const MAX_NAMES_SHOWN = 20

/** Of which the message itself says what may have been meant. */
const MAX_NAMES_EXPLAINED = 5

/** Alone in a request, it stands for every LLM of the saved model. */
const ALL = '*'

/** The names that a saved model knows. */
export interface KnownNames {
  model: string
  /** LLM name -> row of the LLM embedding. */
  rows: ReadonlyMap<string, LlmRow>
  /** Made on first use: a request whose names are exact needs none. */
  resolver: () => NameResolver
  /** Whether names may be resolved; else they match exactly, as in LLimit v1. */
  resolves: boolean
}

/** A name that is not known, and the field of the request that has it. */
interface UnknownName {
  path: string
  llm: string
}

/** The names of one request: each is asked for here, and what became of them is kept for the answer. */
export class AskedNames {
  /** Name as asked -> name that the saved model has, for the names that it does not have itself. */
  readonly resolved = new Map<string, string>()
  readonly #known: KnownNames

  constructor(known: KnownNames) {
    this.#known = known
  }

  /** @returns the name as the saved model has it; undefined if it knows no such LLM. */
  find(asked: string): string | undefined {
    const { rows, resolves, resolver } = this.#known
    if (rows.has(asked)) return asked
    const name = resolves ? resolver().resolve(asked) : undefined
    if (name === undefined || !rows.has(name)) return undefined
    this.resolved.set(asked, name)
    return name
  }

  isAll(asked: readonly string[]): boolean {
    return asked.length === 1 && asked[0] === ALL && !this.#known.rows.has(ALL)
  }

  /** Unknown name -> names that may have been meant; of many names the first ones only, since finding them takes time. */
  suggestionsFor(unknown: readonly string[]): Map<string, string[]> {
    const shown = unknown.slice(0, MAX_NAMES_SHOWN)
    return new Map(shown.map((name) => [name, this.#known.resolver().suggest(name)]))
  }

  /** An error that names every unknown name, with the nearest known ones. */
  unknownLlms(unknown: readonly UnknownName[]): LLimitError {
    const { model } = this.#known
    const shown = unknown.slice(0, MAX_NAMES_SHOWN)
    const more = unknown.length > shown.length ? ` and ${unknown.length - shown.length} more` : ''
    const errors = shown.map(({ path, llm }) => {
      const message = `${path}: expected an LLM of ${model}, got ${quote(llm)}${this.nearestTo(llm)}`
      return { path, message }
    })
    return new LLimitError(
      'UNKNOWN_LLM',
      `The model ${model} does not know these LLMs: ${shown.map(({ llm }, i) => this.#named(llm, i)).join(', ')}${more}`,
      { errors },
    )
  }

  /** An unknown name in the one sentence that every client shows. */
  #named(unknown: string, place: number): string {
    const names = place < MAX_NAMES_EXPLAINED ? this.#known.resolver().suggest(unknown) : []
    return names.length === 0 ? quote(unknown) : `${quote(unknown)} (nearest: ${names.join(', ')})`
  }

  /** What a message says of an unknown name after it: the names that may have been meant. */
  nearestTo(unknown: string): string {
    const names = this.#known.resolver().suggest(unknown).join(', ')
    return names === '' ? '; no known name is close' : `; nearest known names: ${names}`
  }
}
