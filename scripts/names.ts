/** Names in one line; a thousand of them would hide the rest. */
const NAMES_SHOWN = 8

export function listOf(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN
  return names.slice(0, NAMES_SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '')
}
