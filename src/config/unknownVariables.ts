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

/** Those of them that somebody may have meant as a setting, such as LLIMIT_SERVER_PORT: Kubernetes writes a URL there. */
const MEANT_PORT = /(?<!_SERVICE)_PORT$/

/** A sentence for each variable that looks like a setting and is none: taken in silence, it would do nothing. */
export function unknownVariables(
  env: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
): string[] {
  const ours = Object.keys(env).filter((name) => name.toUpperCase().startsWith(PREFIX))
  const isOfKubernetes = (name: string) =>
    OF_KUBERNETES.test(name) && (!MEANT_PORT.test(name) || env[name]?.includes('://') === true)
  const unknown = ours.filter(
    (name) => !known.includes(name) && !OF_TESTS.includes(name) && !isOfKubernetes(name),
  )
  return unknown.map((name) => `${name} is not a setting; did you mean ${nearestTo(name, known)}?`)
}

function nearestTo(name: string, known: readonly string[]): string {
  const upper = name.toUpperCase()
  const bare = upper.slice(PREFIX.length)
  const exact = known.find((one) => one === upper || one === bare)
  if (exact !== undefined || bare === '') return exact ?? closest(upper, [...known])
  // The first words of a name say most, then the last: LLIMIT_REDIS means LLIMIT_REDIS_URL, LLIMIT_MODELS LLIMIT_SAVED_MODELS.
  const longer = known.find((one) => one.startsWith(`${upper}_`))
  const first = `${PREFIX}${bare.split('_', 1).join()}`
  const likes = [
    known.filter((one) => one.endsWith(`_${bare}`)),
    known.filter((one) => one === first || one.startsWith(`${first}_`)),
    // Those that have no prefix.
    known.filter((one) => upper.endsWith(`_${one}`)),
  ].find((names) => names.length > 0)
  return longer ?? closest(upper, likes ?? [...known])
}
