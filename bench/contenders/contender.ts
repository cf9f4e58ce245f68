/** One of the servers that are compared. */
export interface Contender {
  name: string
  /** `embeddings`: the server does only the first part of the work and is compared where that part is what counts. */
  answers: 'scores' | 'embeddings'
  /** Whether a prompt that was seen before is answered from memory. */
  remembers: boolean
  /** Package -> version. */
  versions: Readonly<Record<string, string>>
  start: (port: number) => ServerCommand
  path: string
  /** Body of the request that scores (or embeds) prompts. */
  body: (prompts: readonly string[], llms: number) => string
  /** @throws Error where an answer to `body(prompts, llms)` has not as many numbers as it should. */
  check: (answer: string, prompts: number, llms: number) => void
}

/** How to start a server. It listens when GET /health answers 200. */
export interface ServerCommand {
  command: string
  args: readonly string[]
  env: Readonly<Record<string, string>>
}

/** A contender that cannot run on this machine. */
export interface Absent {
  name: string
  absent: string
}

/** Names of LLMs that every contender with scores knows. */
export function llmNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `llm-${String(index).padStart(3, '0')}`)
}

/** Most LLMs that any workload asks for. */
export const MOST_LLMS = 500
