import { closest } from 'fastest-levenshtein'

const PREFIX = 'LLIMIT_'

/** Read by the tests of this project only. */
const OF_TESTS = ['LLIMIT_GOLDEN']

/**
 * What Kubernetes sets in each container for a service whose name begins with `llimit`: LLIMIT_SERVICE_HOST,
 * LLIMIT_API_PORT_8000_TCP_ADDR.
 */
const OF_KUBERNETES =
  /^LLIMIT(_\w+?)?_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$/

/** A sentence for each variable that looks like a setting and is none: taken in silence, it would do nothing. */
export function unknownVariables(names: readonly string[], known: readonly string[]): string[] {
  const ours = names.filter((name) => name.toUpperCase().startsWith(PREFIX))
  const unknown = ours.filter(
    (name) => !known.includes(name) && !OF_TESTS.includes(name) && !OF_KUBERNETES.test(name),
  )
  return unknown.map(
    (name) => `${name} is not a setting; did you mean ${closest(name.toUpperCase(), [...known])}?`,
  )
}
