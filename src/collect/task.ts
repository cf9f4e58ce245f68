/** What an answer can be graded by. All but `pairwise` give it a score; that compares two answers. */
export const GRADERS = [
  'exact',
  'numeric',
  'choice',
  'regex',
  'json-schema',
  'command',
  'judge',
  'pairwise',
] as const

export type GraderName = (typeof GRADERS)[number]

/** A prompt that LLMs are asked, with what its line says of grading. */
export interface Task {
  /** Of the text of the prompt: the same in every run. */
  key: string
  prompt: string
  /** Answers that are right, any of them; none if the file gives none. */
  references: readonly string[]
  /** Undefined if the line leaves it to the flags, as are the three below. */
  grader: GraderName | undefined
  pattern: string | undefined
  /** A JSON schema. */
  schema: object | boolean | undefined
  rubric: string | undefined
  /** What an outcomes file says of the prompt, as far as the line does. */
  labels: { source?: string; category?: string; split?: string }
  /** The line as it is, for the user's own command. */
  fields: Readonly<Record<string, unknown>>
  /** File and line, for messages. */
  where: string
}
