import { setTimeout } from 'node:timers/promises'

import { messageOf } from '../errors.js'

/** How long to wait for a thread that starts. */
const STARTING_MS = 500

/** Longer than any batch takes, and any loading of a network. */
const SILENCE_MS = 5_000

interface StartedThread {
  silenceMs: () => number | undefined
  start: () => Promise<void>
}

/**
 * Why a thread that is needed cannot be relied on now, if it cannot. One that has ended is started again.
 * @param title at the start of a sentence: "The encoder"
 */
export async function problemOfThread(title: string, thread: StartedThread): Promise<string | undefined> {
  const started = thread.start().then(() => undefined, messageOf)
  const late = setTimeout(STARTING_MS, `${title} is starting`, { ref: false })
  const silence = thread.silenceMs()
  const problem = await Promise.race([started, late])
  if (problem !== undefined || silence === undefined || silence < SILENCE_MS) return problem
  return `${title} has not answered for ${Math.round(silence / 1000)} s`
}
