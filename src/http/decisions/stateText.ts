/**
 * The states of LiteLLM's routers are text that wraps the message to route: what the encoder should see is the message alone. Parts
 * come in this order, each but the last only if there is something to say, and each after a blank line:
 *
 * ```
 *
 * Caller system prompt, quoted as task context:
 * <system prompt>
 *
 * Recent conversation (context only, do not classify these):
 * [1] user: <turn>
 * [2] assistant: <turn>
 *
 * Conversation so far: ~16 tokens across the request
 *
 * Classify this message:
 * <message>
 * ```
 *
 * Another form is `System prompt:\n<system prompt>\n\nRequest:\n<message>`.
 */
const SYSTEM = '\nCaller system prompt, quoted as task context:\n'
const TURNS = '\nRecent conversation (context only, do not classify these):\n[1] '
const MESSAGE = '\nClassify this message:\n'
const LENGTH = /\nConversation so far: ~\d+ tokens across the request\n/
const LENGTH_FIRST = new RegExp(`^${LENGTH.source}`)
/** Whoever quotes turns says how long the conversation is, so that a turn which has the heading alone ends nothing. */
const LENGTH_AND_MESSAGE = new RegExp(`\n${LENGTH.source}${MESSAGE}`)

const PLAIN_SYSTEM = 'System prompt:\n'
const PLAIN_MESSAGE = '\n\nRequest:\n'

/**
 * The message in the text of a state; the whole text if nothing wraps it. A message may hold any of the headings, and any client
 * may try to hide one: it begins at the first heading that can be meant, so that nothing of it is lost.
 */
export function messageInState(state: string): string {
  if (state.startsWith(MESSAGE)) return state.slice(MESSAGE.length)
  if (state.startsWith(PLAIN_SYSTEM)) return after(state, PLAIN_MESSAGE) ?? state
  const length = LENGTH_FIRST.exec(state)?.[0]
  if (length !== undefined) {
    const rest = state.slice(length.length)
    return rest.startsWith(MESSAGE) ? rest.slice(MESSAGE.length) : state
  }
  if (state.startsWith(TURNS)) return afterTurns(state)
  if (!state.startsWith(SYSTEM)) return state
  const turns = state.indexOf(`\n${TURNS}`)
  const message = state.indexOf(`\n${MESSAGE}`)
  const hasTurns = turns >= 0 && (message < 0 || turns < message)
  return hasTurns ? afterTurns(state.slice(turns + 1)) : (after(state, `\n${MESSAGE}`) ?? state)
}

function afterTurns(state: string): string {
  const end = LENGTH_AND_MESSAGE.exec(state)
  return end === null ? (after(state, `\n${MESSAGE}`) ?? state) : state.slice(end.index + end[0].length)
}

/** What comes after the first place of a heading. */
function after(text: string, heading: string): string | undefined {
  const place = text.indexOf(heading)
  return place < 0 ? undefined : text.slice(place + heading.length)
}
