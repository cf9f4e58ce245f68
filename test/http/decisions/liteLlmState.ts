/** What LiteLLM's router knows of a request when it asks for a decision. */
export interface RoutedRequest {
  message: string
  system?: string
  /** Earlier turns, as they are quoted. */
  turns?: string[]
  /** Tokens of the conversation, which are told if there was one. */
  tokens?: number
}

/** The text that it writes: lines, each part beginning with an empty one. */
export function liteLlmState({ message, system, turns = [], tokens }: RoutedRequest): string {
  return [
    ...(system === undefined ? [] : ['\nCaller system prompt, quoted as task context:', system]),
    ...(turns.length === 0 ? [] : ['\nRecent conversation (context only, do not classify these):']),
    ...turns.map((turn, i) => `[${i + 1}] ${turn}`),
    ...(tokens === undefined ? [] : [`\nConversation so far: ~${tokens} tokens across the request`]),
    `\nClassify this message:\n${message}`,
  ].join('\n')
}
