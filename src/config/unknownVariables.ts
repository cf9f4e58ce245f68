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

/** The one of them that somebody may have meant as a setting: Kubernetes writes a URL there. */
const OWN_PORT = `${PREFIX}PORT`

/** A sentence for each variable that looks like a setting and is none: taken in silence, it would do nothing. */
export function unknownVariables(
  env: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
): string[] {
  const ours = Object.keys(env).filter((name) => name.toUpperCase().startsWith(PREFIX))
  const isOfKubernetes = (name: string) =>
    OF_KUBERNETES.test(name) && (name !== OWN_PORT || env[name]?.includes('://') === true)
  const unknown = ours.filter(
    (name) => !known.includes(name) && !OF_TESTS.includes(name) && !isOfKubernetes(name),
  )
  return unknown.map((name) => `${name} is not a setting; did you mean ${nearestTo(name, known)}?`)
}

function nearestTo(name: string, known: readonly string[]): string {
  const upper = name.toUpperCase()
  const bare = upper.slice(PREFIX.length)
  if (known.includes(bare)) return bare
  // The first word of a name says most: LLIMIT_REDIS means LLIMIT_REDIS_URL.
  return known.find((one) => bare !== '' && one.startsWith(`${upper}_`)) ?? closest(upper, [...known])
}
