/** What is typed, pasted or dropped, as `POST /rank` takes it. */

export const FORMS = ['prompt', 'prompts', 'messages'] as const
export type Form = (typeof FORMS)[number]

export interface Message {
  role: string
  content: unknown
}

export type Input = { prompt: string } | { prompts: string[] } | { messages: Message[] }

const ROLE = /^(system|developer|user|assistant|tool):[ \t]*/i

/**
 * @returns undefined if there is nothing to ask about yet
 * @throws Error that says what was expected
 */
export function readInput(form: Form, text: string): Input | undefined {
  if (text.trim() === '') return undefined
  if (form === 'prompt') return { prompt: text }
  if (form === 'messages') return { messages: messagesIn(text) }
  const prompts = promptsIn(text)
  return prompts.length === 0 ? undefined : { prompts }
}

/** What a file most probably holds: a conversation or a list, by its content, else one prompt a line if it is a list by its name. */
export function formOf(text: string, fileName: string): Form {
  const value = jsonIn(text)
  if (value !== undefined && listOfMessages(value) !== undefined) return 'messages'
  if (Array.isArray(value)) return 'prompts'
  return /\.(?:jsonl|ndjson|txt|lst)$/i.test(fileName) ? 'prompts' : 'prompt'
}

/** The last user message, as the server reads it. */
export function lastUserMessage(messages: readonly Message[]): number {
  return messages.findLastIndex(({ role }) => role === 'user')
}

/** Text of a message; its parts that are no text are named. */
export function textOf({ content }: Message): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content
    .map((part: unknown) =>
      isRecord(part) && typeof part['text'] === 'string' ? part['text'] : '[not text]',
    )
    .join('\n')
}

/** A JSON array of texts, a text or an object with `prompt` in each line, or plain lines. */
function promptsIn(text: string): string[] {
  const value = jsonIn(text)
  if (Array.isArray(value)) return value.map((entry, i) => promptOf(entry, `entry ${i + 1}`))
  return text
    .split('\n')
    .map((line, i) => (/^\s*["{]/.test(line) ? promptOf(jsonIn(line) ?? line, `line ${i + 1}`) : line.trim()))
    .filter((line) => line !== '')
}

function promptOf(entry: unknown, where: string): string {
  if (typeof entry === 'string') return entry
  if (isRecord(entry) && typeof entry['prompt'] === 'string') return entry['prompt']
  throw new Error(`Expected a text or an object with a prompt in ${where}, got ${JSON.stringify(entry)}`)
}

function messagesIn(text: string): Message[] {
  const list = listOfMessages(jsonIn(text)) ?? transcript(text)
  if (list !== undefined) return list
  throw new Error(
    'Expected a JSON array of messages, or lines that begin with "User:", "Assistant:" or "System:"',
  )
}

function listOfMessages(value: unknown): Message[] | undefined {
  const list = isRecord(value) ? value['messages'] : value
  const isList = Array.isArray(list) && list.length > 0 && list.every(isMessage)
  return isList ? list : undefined
}

function transcript(text: string): Message[] | undefined {
  const messages: { role: string; content: string }[] = []
  for (const line of text.trim().split('\n')) {
    const role = ROLE.exec(line)
    const last = messages.at(-1)
    if (role?.[1] !== undefined)
      messages.push({ role: role[1].toLowerCase(), content: line.slice(role[0].length) })
    else if (last === undefined) return undefined
    else last.content += `\n${line}`
  }
  return messages.map(({ role, content }) => ({ role, content: content.trim() }))
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isMessage(value: unknown): value is Message {
  return isRecord(value) && typeof value['role'] === 'string' && 'content' in value
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
