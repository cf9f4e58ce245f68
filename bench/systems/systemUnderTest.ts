/** A request that a server answers. */
export interface Asking {
  path: string
  /** Body of the request that scores (or embeds) prompts. */
  body: (prompts: readonly string[], llms: number) => string
  /** @throws Error if an answer to `body(prompts, llms)` does not have as many numbers as it should. */
  check: (answer: string, prompts: number, llms: number) => void
}

/** One of the servers that are compared. */
export interface SystemUnderTest extends Asking {
  name: string
  /** `embeddings`: the server does only the first part of the work and is compared in workloads that are mostly that. */
  answers: 'scores' | 'embeddings'
  /** Whether a prompt that was seen before is answered from memory. */
  hasCache: boolean
  /** Package -> version. */
  versions: Readonly<Record<string, string>>
  start: (port: number) => ServerCommand
  /** How it is asked for a choice of one prompt, for a server that chooses. */
  decisions?: { rank: Asking; systemOne: Asking }
  /** The engine that it says it took, by what it printed, for a server that chooses one. */
  engineFrom?: (log: string) => string | undefined
}

/** How to start a server. It listens when GET /health answers 200. */
export interface ServerCommand {
  command: string
  args: readonly string[]
  env: Readonly<Record<string, string>>
}

/** A system that cannot run on this machine. */
export interface SkippedSystem {
  name: string
  /** Why. */
  skipped: string
}

export type Candidate = SystemUnderTest | SkippedSystem

/** Names of LLMs that every system with scores knows. */
export function llmNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `llm-${String(index).padStart(3, '0')}`)
}

/** Most LLMs that any workload asks for. */
export const MAX_LLMS = 500
