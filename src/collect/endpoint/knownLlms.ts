import { closest } from 'fastest-levenshtein'
import { z } from 'zod'

/** Of the list, which is for a message only. */
const TIMEOUT_MS = 10_000

/** Names in a message; some endpoints have hundreds. */
const MAX_SHOWN = 8

const listSchema = z.object({ data: z.array(z.object({ id: z.string() })).min(1) })

/**
 * What an endpoint says it has (`GET <base>/models`), for the message that it has not the LLM that was asked for: `; it has a, b`,
 * and the nearest name of many. Nothing if it has no list.
 */
export async function knownLlms(
  base: string,
  llm: string,
  headers: Readonly<Record<string, string>>,
): Promise<string> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const response = await fetch(`${base}/models`, { headers, signal, redirect: 'error' })
    const { data } = listSchema.parse(await response.json())
    const names = data.map(({ id }) => id)
    if (names.includes(llm)) return ''
    if (names.length <= MAX_SHOWN) return `; it has ${names.join(', ')}`
    return `; it has ${names.length} others, of which ${closest(llm, names)} is the nearest name`
  } catch {
    return ''
  }
}
